/**
 * The form, read once: from the strings Dify stored to one typed object.
 *
 * What is stored may come from an older form, from the official plugin's, or have any value missing, so
 * every field works when it is empty, and a value that makes no sense falls back to the default. It is
 * reported as a complaint: validation refuses it, a running call only logs it.
 */
import * as z from "zod";
import type { Credentials } from "../src/dify/requests.ts";

/** A value in the form that makes no sense. `reason` continues a sentence that begins with the field. */
export interface Complaint {
  field: string;
  reason: string;
}

type Reader<T> = (value: string) => { value: T } | { reason: string };

const text: Reader<string> = (value) => ({ value });

/** Reads one of `known`, or the fallback for `auto` and nothing. Keys are what Dify stores. */
function choice<T>(known: Readonly<Record<string, T>>, fallback: T): Reader<T> {
  return (value) => {
    if (value === "" || value === "auto") return { value: fallback };
    const found = known[value];
    return found === undefined
      ? { reason: `must be one of auto, ${Object.keys(known).join(", ")}` }
      : { value: found };
  };
}

function number<T>(fallback: T, schema: z.ZodType<number>, expected: string): Reader<number | T> {
  return (value) => {
    if (value === "") return { value: fallback };
    const { success, data } = schema.safeParse(Number(value.replaceAll(/[\s_,]/g, "")));
    return success ? { value: data } : { reason: `must be ${expected}` };
  };
}

function tokens<T>(fallback: T): Reader<number | T> {
  return number(fallback, z.int().min(1).max(100_000_000), "a whole number of tokens, at least 1");
}

/** Seconds in the form, milliseconds inside. */
function seconds(fallback: number): Reader<number> {
  const read = number(fallback, z.number().min(0.1).max(3600), "a number of seconds from 0.1 to 3600");
  return (value) => {
    const result = read(value);
    return "value" in result ? { value: Math.round(result.value * 1000) } : result;
  };
}

/** A decimal, kept as text: prices must not be rounded. */
const price: Reader<string> = (value) => {
  if (value === "") return { value: "0" };
  return /^\d{1,12}(?:\.\d{1,12})?$/.test(value) ? { value } : { reason: "must be a price such as 0.15" };
};

const currency: Reader<string> = (value) => {
  if (value === "") return { value: "USD" };
  return /^[A-Za-z]{3}$/.test(value)
    ? { value: value.toUpperCase() }
    : { reason: "must be a code such as USD" };
};

const apiKey: Reader<string> = (value) => {
  if (value.includes("************"))
    return { reason: "holds only the mask Dify shows; paste the key again" };
  const key = value.replace(/^bearer\s+/i, "");
  return /^[\x21-\x7e]*$/.test(key)
    ? { value: key }
    : { reason: "contains a blank or a character no key has" };
};

const list: Reader<readonly string[]> = (value) => ({
  value: value
    .split(/[,，、\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== ""),
});

/** Official spellings of yes and no, from several selects. */
const SUPPORT = { support: true, no_support: false };
const SUPPORTED = { supported: true, not_supported: false };

/** Field by field, with every default. The names are those of the form and never change. */
const READERS = {
  endpoint_url: text,
  api_key: apiKey,
  endpoint_model_name: text,
  display_name: text,
  mode: choice<"chat" | "completion">({ chat: "chat", completion: "completion" }, "chat"),
  context_size: tokens(undefined),
  max_tokens_to_sample: tokens(undefined),
  streaming: choice({ on: true, off: false }, true),
  token_param_name: choice<"max_tokens" | "max_completion_tokens" | undefined>(
    { max_tokens: "max_tokens", max_completion_tokens: "max_completion_tokens" },
    undefined,
  ),
  stream_include_usage: choice({ enabled: true, disabled: false }, true),
  function_calling_type: choice({ function_call: true, tool_call: true, no_call: false }, true),
  stream_function_calling: choice(SUPPORTED, true),
  structured_output_support: choice(SUPPORTED, true),
  vision_support: choice(SUPPORT, true),
  max_chunks: number(16, z.int().min(1).max(2048), "a whole number from 1 to 2048"),
  document_prefix: text,
  query_prefix: text,
  language: text,
  initial_prompt: text,
  voices: list,
  audio_type: choice({ mp3: "mp3", wav: "wav", opus: "opus", aac: "aac", flac: "flac" }, "mp3"),
  input_price: price,
  output_price: price,
  currency,
  connect_timeout: seconds(10),
  first_byte_timeout: seconds(300),
  idle_timeout: seconds(120),
  request_timeout: seconds(580),
} satisfies Record<string, Reader<unknown>>;

type ValueOf<R> = R extends Reader<infer T> ? T : never;

/** The whole form, typed. Field names are the form's; times are in milliseconds. */
export type Settings = { readonly [Field in keyof typeof READERS]: ValueOf<(typeof READERS)[Field]> };

/** The fields the plugin reads; the form offers these and no others. */
export const fieldNames: readonly string[] = Object.keys(READERS);

/** Prefixes and names may begin or end with a blank on purpose; the rest is trimmed. */
const UNTRIMMED = new Set(["document_prefix", "query_prefix"]);

export function readSettings(credentials: Credentials): { settings: Settings; complaints: Complaint[] } {
  const settings: Record<string, unknown> = {};
  const complaints: Complaint[] = [];
  for (const [field, read] of Object.entries(READERS)) {
    const result = read(asText(credentials[field], field));
    if ("value" in result) {
      settings[field] = result.value;
      continue;
    }
    complaints.push({ field, reason: result.reason });
    const fallback = read("");
    if ("value" in fallback) settings[field] = fallback.value;
  }
  return { settings: settings as Settings, complaints };
}

function asText(value: unknown, field: string): string {
  const string = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  return UNTRIMMED.has(field) ? string : string.trim();
}

/**
 * The form, read once: from the strings Dify stored to one typed object.
 *
 * What is stored may come from an older form, from the official plugin's, or have any value missing, so
 * every field works when it is empty, and a value that makes no sense falls back to the default. It is
 * reported as a complaint: validation refuses it, a running call only logs it.
 */
import * as z from "zod";
import type { Credentials } from "../src/dify/requests.ts";
import {
  apiKey,
  certificate,
  choice,
  currency,
  headers,
  jsonObject,
  list,
  shortName,
  number,
  price,
  proxy,
  seconds,
  SUPPORT,
  SUPPORTED,
  anyText,
  tokens,
  type Reader,
} from "./field-values.ts";

/** A value in the form that makes no sense. `reason` continues a sentence that begins with the field. */
export interface Complaint {
  field: string;
  reason: string;
}

/** Field by field, with every default. The names are those of the form and never change. */
const READERS = {
  endpoint_url: anyText,
  api_key: apiKey,
  endpoint_model_name: anyText,
  display_name: shortName,
  mode: choice<"chat" | "completion" | "responses">(
    { chat: "chat", completion: "completion", responses: "responses" },
    "chat",
  ),
  context_size: tokens(undefined),
  max_tokens_to_sample: tokens(undefined),
  streaming: choice({ on: true, off: false }, true),
  token_param_name: choice<"max_tokens" | "max_completion_tokens" | undefined>(
    { max_tokens: "max_tokens", max_completion_tokens: "max_completion_tokens" },
    undefined,
  ),
  stream_include_usage: choice({ enabled: true, disabled: false }, true),
  function_calling_type: choice<"tools" | "functions" | "none">(
    { tool_call: "tools", function_call: "functions", no_call: "none" },
    "tools",
  ),
  stream_function_calling: choice(SUPPORTED, true),
  agent_thought_support: choice<"auto" | "shown" | "always" | "hidden">(
    { supported: "shown", only_thinking_supported: "always", not_supported: "hidden" },
    "auto",
  ),
  structured_output_support: choice(SUPPORTED, true),
  vision_support: choice<boolean | undefined>(SUPPORT, undefined),
  audio_support: choice<boolean | undefined>(SUPPORT, undefined),
  video_support: choice<boolean | "as image" | undefined>({ ...SUPPORT, image_url: "as image" }, undefined),
  document_support: choice<boolean | undefined>(SUPPORT, undefined),
  user_identity_support: choice(SUPPORT, false),
  max_chunks: number(16, z.int().min(1).max(2048), "a whole number from 1 to 2048"),
  dimensions: number<undefined>(undefined, z.int().min(1).max(65_536), "a whole number from 1 to 65536"),
  encoding_format: choice<"float" | "base64" | undefined>(
    // The official form stores "not_set".
    { float: "float", base64: "base64", not_set: undefined },
    undefined,
  ),
  truncate: choice({ on: true, off: false }, true),
  requests_per_minute: number<undefined>(
    undefined,
    z.int().min(1).max(1_000_000),
    "a whole number, at least 1",
  ),
  document_prefix: anyText,
  query_prefix: anyText,
  language: anyText,
  initial_prompt: anyText,
  voices: list,
  audio_type: choice({ mp3: "mp3", wav: "wav", opus: "opus", aac: "aac", flac: "flac" }, "mp3"),
  input_price: price,
  output_price: price,
  currency,
  connect_timeout: seconds(10),
  first_byte_timeout: seconds(300),
  idle_timeout: seconds(120),
  request_timeout: seconds(580),
  extra_headers: headers,
  extra_body: jsonObject,
  proxy_url: proxy,
  ca_certificate: certificate,
  tls_verify: choice({ on: true, off: false }, true),
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

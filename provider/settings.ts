/**
 * The form, read once: from the strings Dify stored to one typed object.
 *
 * What is stored may come from an older form, from the official plugin's, or have any value missing, so
 * every field works when it is empty, and a value that makes no sense falls back to the default. It is
 * reported as a complaint: validation refuses it, a running call only logs it.
 */
import * as z from "zod";
import type { Credentials } from "../src/dify/requests.ts";
import { oncePerText } from "../src/endpoint/once-per.ts";
import type { Complaint } from "./complaints.ts";
import {
  address,
  apiKeys,
  certificate,
  choice,
  currency,
  headers,
  jsonObject,
  learned,
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

/** How a server is told to search the web. */
export type WebSearch = "tool" | "simple tool" | "parameter" | "none";

/** Field by field, with every default. The names are those of the form and never change. */
const READERS = {
  endpoint_url: anyText,
  api_key: apiKeys,
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
  function_calling_type: choice<"auto" | "tools" | "functions" | "none">(
    { tool_call: "tools", function_call: "functions", no_call: "none" },
    "auto",
  ),
  stream_function_calling: choice(SUPPORTED, true),
  agent_thought_support: choice<"auto" | "shown" | "always" | "hidden">(
    { supported: "shown", only_thinking_supported: "always", not_supported: "hidden" },
    "auto",
  ),
  reasoning_replay: choice<"auto" | "always" | "never">({ always: "always", never: "never" }, "auto"),
  web_search_support: choice<WebSearch | "auto">(
    { tool_standard: "tool", tool_simple: "simple tool", parameter: "parameter", not_supported: "none" },
    "auto",
  ),
  structured_output_support: choice(SUPPORTED, true),
  vision_support: choice<boolean | undefined>(SUPPORT, undefined),
  audio_support: choice<boolean | undefined>(SUPPORT, undefined),
  video_support: choice<boolean | "as image" | undefined>({ ...SUPPORT, image_url: "as image" }, undefined),
  document_support: choice<boolean | undefined>(SUPPORT, undefined),
  user_identity_support: choice(SUPPORT, false),
  rerank_score: choice<"auto" | "raw" | "sigmoid">({ raw: "raw", sigmoid: "sigmoid" }, "auto"),
  max_chunks: number(16, z.int().min(1).max(2048), {
    en: "a whole number from 1 to 2048",
    zh: " 1 到 2048 之间的整数",
  }),
  dimensions: number<undefined>(undefined, z.int().min(1).max(65_536), {
    en: "a whole number from 1 to 65536",
    zh: " 1 到 65536 之间的整数",
  }),
  encoding_format: choice<"float" | "base64" | undefined>(
    // The official form stores "not_set".
    { float: "float", base64: "base64", not_set: undefined },
    undefined,
  ),
  truncate_input: choice({ on: true, off: false }, true),
  requests_per_minute: number<undefined>(undefined, z.int().min(1).max(1_000_000), {
    en: "a whole number, at least 1",
    zh: "不小于 1 的整数",
  }),
  document_prefix: anyText,
  query_prefix: anyText,
  language: anyText,
  initial_prompt: anyText,
  voices: list,
  file_upload_limit: number(25, z.int().min(1).max(1024), {
    en: "a whole number of megabytes from 1 to 1024",
    zh: " 1 到 1024 之间的整数（MB）",
  }),
  audio_type: choice({ mp3: "mp3", wav: "wav", opus: "opus", aac: "aac", flac: "flac" }, "mp3"),
  speed: number(undefined, z.number().min(0.25).max(4), {
    en: "a number from 0.25 to 4",
    zh: " 0.25 到 4 之间的数",
  }),
  instructions: anyText,
  word_limit: number(4096, z.int().min(20).max(1_000_000), {
    en: "a whole number of characters, at least 20",
    zh: "不小于 20 的整数（字符数）",
  }),
  tts_api_format: choice<"openai" | "byteplus">({ openai: "openai", byteplus: "byteplus" }, "openai"),
  tts_resource_id: anyText,
  tts_sample_rate: choice({ "24000": 24_000, "16000": 16_000, "8000": 8_000 }, 24_000),
  input_price: price,
  output_price: price,
  currency,
  skip_validation: choice({ on: true, off: false }, false),
  learned,
  connect_timeout: seconds(10),
  first_byte_timeout: seconds(300),
  idle_timeout: seconds(120),
  request_timeout: seconds(580),
  fallback_url: address,
  fallback_api_key: apiKeys,
  fallback_model: anyText,
  extra_headers: headers,
  extra_body: jsonObject,
  proxy_url: proxy,
  ca_certificate: certificate,
  tls_verify: choice({ on: true, off: false }, true),
} satisfies Record<string, Reader<unknown>>;

type ValueOf<R> = R extends Reader<infer T> ? T : never;

/** The whole form, typed. Field names are the form's; times are in milliseconds. */
export type Settings = { readonly [Field in keyof typeof READERS]: ValueOf<(typeof READERS)[Field]> };

/** Written by validation, and drawn by no form. */
const HIDDEN = "learned";

/** The fields a person fills in; the form offers these and no others. */
export const fieldNames: readonly string[] = Object.keys(READERS).filter((field) => field !== HIDDEN);

/** Prefixes and names may begin or end with a blank on purpose; the rest is trimmed. */
const UNTRIMMED = new Set(["document_prefix", "query_prefix"]);

/** With what each field is when nothing was entered, as most are. */
const FIELDS = Object.entries(READERS).map(([field, read]) => ({ field, read, empty: read("") }));

interface ReadForm {
  settings: Settings;
  complaints: readonly Complaint[];
}

const readStored = oncePerText((stored) => readForm(JSON.parse(stored) as Credentials));

/** The same objects for the same form, which every call brings anew: what is made of them is kept by them. */
export function readSettings(credentials: Credentials): ReadForm {
  return readStored(JSON.stringify(credentials));
}

function readForm(credentials: Credentials): ReadForm {
  const settings: Record<string, unknown> = {};
  const complaints: Complaint[] = [];
  for (const { field, read, empty } of FIELDS) {
    const result = readField(credentials[field], field, read) ?? empty;
    if ("reason" in result) complaints.push({ field, reason: result.reason });
    const used = "value" in result ? result : empty;
    if ("value" in used) settings[field] = used.value;
  }
  return { settings: settings as Settings, complaints };
}

/** How what Dify encrypted begins, in base64; it arrives so when a field was a secret in an older form. */
const ENCRYPTED = "SFlCUklEO";

/** Undefined when nothing was entered. */
function readField(
  value: unknown,
  field: string,
  read: Reader<unknown>,
): ReturnType<Reader<unknown>> | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string" && typeof value !== "number") {
    return { reason: { en: "is no text: enter it again", zh: "不是文本，请重新填写" } };
  }
  const text = UNTRIMMED.has(field) ? String(value) : String(value).trim();
  if (!text.startsWith(ENCRYPTED)) return read(text);
  return { reason: { en: "arrived encrypted: enter it again", zh: "未能解密，请重新填写" } };
}

/**
 * What to change in a request when a server refuses one of its fields.
 *
 * Only fields a server can do without are listed: leaving out `messages` or `tools` would silently answer
 * another question.
 */
import type { EndpointError } from "./endpoint-error.ts";
import { formatDemand, stepDownResponseFormat } from "./response-format.ts";

export type Adaptation =
  /** A field, or `field.member`. */
  | { readonly drop: string }
  | { readonly rename: string; readonly to: string }
  /** The type of `response_format` that is refused. */
  | { readonly stepDown: string }
  /** A field of earlier turns. */
  | { readonly dropInMessages: string }
  /** Set to false unless the answer is streamed. */
  | { readonly onlyStreamed: string }
  /** The question is sent in its other encoding. */
  | { readonly encode: "otherwise" };

/** The other name of a field. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["max_tokens", "max_completion_tokens"],
  ["max_completion_tokens", "max_tokens"],
]);

/** How servers are told whether and how to think, each in its own dialect. */
export const THINKING_FIELDS: readonly string[] = [
  "reasoning_effort",
  "reasoning",
  "enable_thinking",
  "thinking_budget",
  "thinking",
  "chat_template_kwargs",
  "extra_body",
];

const DISPENSABLE: ReadonlySet<string> = new Set([
  "stream",
  "stream_options",
  "temperature",
  "top_p",
  "top_k",
  "frequency_penalty",
  "presence_penalty",
  "seed",
  "stop",
  "user",
  "tool_choice",
  "parallel_tool_calls",
  "encoding_format",
  "dimensions",
  "top_n",
  "return_documents",
  "response_format",
  "language",
  "prompt_cache_key",
  ...THINKING_FIELDS,
]);

/** What the model thought in earlier turns: Groq and strict schemas refuse a message that tells it. */
const DISPENSABLE_IN_MESSAGES: ReadonlySet<string> = new Set([
  "reasoning_content",
  "reasoning",
  "reasoning_details",
]);

/**
 * The change that may satisfy the server; undefined when there is none.
 *
 * @param made what was changed for this call already: nothing is changed back
 */
export function adaptationFor(
  { kind, facts }: EndpointError,
  body: object,
  made: readonly Adaptation[],
): Adaptation | undefined {
  const param = facts.param?.split(/[.[]/)[0];
  if (kind !== "parameter-refused" || param === undefined) return undefined;
  // DashScope's models think unless told otherwise: … must be set to false for non-streaming calls
  if (param.endsWith("enable_thinking") && /for non-?streaming/i.test(facts.words ?? "")) {
    const told = "enable_thinking" in body && body.enable_thinking === false;
    return told ? undefined : { onlyStreamed: "enable_thinking" };
  }
  const inMessages = thoughtInMessages(facts.param ?? "", body);
  if (inMessages !== undefined) return { dropInMessages: inMessages };
  if (!Object.hasOwn(body, param)) return undefined;
  const other = OTHER_NAMES.get(param);
  if (other !== undefined) {
    // A bound means that the value is refused, not the name.
    if (facts.limit !== undefined) return undefined;
    const renamed = made.some((one) => "rename" in one && one.to === param);
    return renamed || Object.hasOwn(body, other) ? { drop: param } : { rename: param, to: other };
  }
  // In a chat it demands JSON, which must not be lost; elsewhere it only names a format.
  const demand = formatDemand(body);
  if (demand?.field === param) return { stepDown: demand.type };
  return DISPENSABLE.has(param) ? { drop: refusedPart(facts.param ?? param, body) } : undefined;
}

/** About a request's encoding, or a field that only its other encoding has (OpenRouter's `input_audio`). */
const ENCODING = /json|input_audio|content.?type|media.?type|multipart|form.?data/i;

/** The other encoding, when the server cannot read this one: a form where it wants JSON, or the reverse. */
export function encodingFor({ facts }: EndpointError, made: readonly Adaptation[]): Adaptation | undefined {
  const words = `${facts.words ?? ""} ${facts.param ?? ""}`;
  // Speaches says with the same status that it cannot decode the file.
  const refused = facts.status === 415 ? !/decod|file (?:type|format)/i.test(words) : ENCODING.test(words);
  const isRefusal = facts.status === 400 || facts.status === 415 || facts.status === 422;
  if (!isRefusal || !refused || made.some((one) => "encode" in one)) return undefined;
  return { encode: "otherwise" };
}

/** `reasoning.summary` where that is one member of several, so that the others stay; else `reasoning`. */
function refusedPart(path: string, body: object): string {
  const [field = "", member = ""] = path.split(".");
  const value: unknown = (body as Record<string, unknown>)[field];
  const several = typeof value === "object" && value !== null && Object.keys(value).length > 1;
  return several && Object.hasOwn(value, member) ? `${field}.${member}` : field;
}

/** The field of earlier turns that is meant by `messages[1].reasoning_content`, or by its bare name. */
function thoughtInMessages(param: string, body: object): string | undefined {
  const field = param.split(/[.[\]]/).at(-1) ?? "";
  if (!DISPENSABLE_IN_MESSAGES.has(field) || (param === field && field in body)) return undefined;
  return messagesOf(body).some((message) => field in message) ? field : undefined;
}

function messagesOf(body: object): readonly object[] {
  const { messages } = body as { messages?: unknown };
  return Array.isArray(messages) ? (messages as object[]) : [];
}

export function adapt(body: object, adaptations: readonly Adaptation[]): object {
  return adaptations.reduce(adaptOnce, body);
}

function adaptOnce(body: object, adaptation: Adaptation): object {
  if ("encode" in adaptation) return body;
  if ("stepDown" in adaptation) {
    return formatDemand(body)?.type === adaptation.stepDown ? stepDownResponseFormat(body) : body;
  }
  if ("onlyStreamed" in adaptation) {
    const streamed = "stream" in body && body.stream === true;
    return streamed ? body : { ...body, [adaptation.onlyStreamed]: false };
  }
  if ("dropInMessages" in adaptation) {
    const left = messagesOf(body).map((message) => without(message, adaptation.dropInMessages));
    return { ...body, messages: left };
  }
  if ("drop" in adaptation) return drop(body, adaptation.drop);
  const { rename, to } = adaptation;
  return Object.fromEntries(
    Object.entries(body).map(([field, value]) => [field === rename ? to : field, value]),
  );
}

/** @param path a field, or a field and a member of its value */
function drop(body: object, path: string): object {
  const [field = "", member] = path.split(".");
  if (member === undefined) return without(body, field);
  const value: unknown = (body as Record<string, unknown>)[field];
  return typeof value === "object" && value !== null ? { ...body, [field]: without(value, member) } : body;
}

function without(fields: object, name: string): object {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
}

export function describeAdaptation(adaptation: Adaptation): string {
  if ("encode" in adaptation) return "the request is sent in its other encoding";
  if ("stepDown" in adaptation) return `"${adaptation.stepDown}" is replaced by words in the prompt`;
  if ("onlyStreamed" in adaptation) return `"${adaptation.onlyStreamed}" is false unless streamed`;
  if ("dropInMessages" in adaptation) return `"${adaptation.dropInMessages}" is left out of earlier turns`;
  return "drop" in adaptation
    ? `"${adaptation.drop}" is left out`
    : `"${adaptation.rename}" is sent as "${adaptation.to}"`;
}

/**
 * What to change in a request when a server refuses one of its fields.
 *
 * Only fields a server can do without are listed: leaving out `messages` or `tools` would silently answer
 * another question.
 */
import type { EndpointError } from "./endpoint-error.ts";

export type Adaptation = { readonly drop: string } | { readonly rename: string; readonly to: string };

/** The other name of a field. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  max_tokens: "max_completion_tokens",
  max_completion_tokens: "max_tokens",
};

const DISPENSABLE: ReadonlySet<string> = new Set([
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
]);

/**
 * `response_format` is how a chat request demands JSON, which must not be lost; in the other operations
 * it only names a format.
 */
const NEEDED_FOR_CHAT: ReadonlySet<string> = new Set(["response_format"]);

/** Kinds of failure whose words may name a field to change. */
const REFUSING_KINDS: ReadonlySet<string> = new Set(["parameter-refused", "bad-request"]);

/** The change that may satisfy the server; undefined when there is none. */
export function adaptationFor({ kind, facts }: EndpointError, body: object): Adaptation | undefined {
  const param = facts.param?.split(/[.[]/)[0];
  if (!REFUSING_KINDS.has(kind) || param === undefined || !(param in body)) return undefined;
  const other = OTHER_NAMES[param];
  // A bound means that the value is refused, not the name.
  if (other !== undefined && facts.limit !== undefined) return undefined;
  if (other !== undefined) return other in body ? { drop: param } : { rename: param, to: other };
  if ("messages" in body && NEEDED_FOR_CHAT.has(param)) return undefined;
  return DISPENSABLE.has(param) ? { drop: param } : undefined;
}

export function adapt<T extends object>(body: T, adaptations: readonly Adaptation[]): T {
  const adapted: Record<string, unknown> = Object.fromEntries(Object.entries(body));
  for (const adaptation of adaptations) {
    const name = "drop" in adaptation ? adaptation.drop : adaptation.rename;
    if (!(name in adapted)) continue;
    if ("rename" in adaptation) adapted[adaptation.to] = adapted[name];
    delete adapted[name];
  }
  return adapted as T;
}

export function describeAdaptation(adaptation: Adaptation): string {
  return "drop" in adaptation
    ? `"${adaptation.drop}" is left out`
    : `"${adaptation.rename}" is sent as "${adaptation.to}"`;
}

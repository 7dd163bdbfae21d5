/**
 * What to change in a request when a server refuses one of its fields.
 *
 * Only fields a server can do without are listed: leaving out `messages` or `tools` would silently answer
 * another question.
 */
import type { EndpointError } from "./endpoint-error.ts";
import { stepDownResponseFormat } from "./response-format.ts";

export type Adaptation =
  | { readonly drop: string }
  | { readonly rename: string; readonly to: string }
  | { readonly stepDown: "response_format" };

/** The other name of a field. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  max_tokens: "max_completion_tokens",
  max_completion_tokens: "max_tokens",
};

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
]);

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
  // In a chat it demands JSON, which must not be lost; elsewhere it only names a format.
  if (param === "response_format" && "messages" in body) return { stepDown: param };
  return DISPENSABLE.has(param) ? { drop: param } : undefined;
}

export function adapt<T extends object>(body: T, adaptations: readonly Adaptation[]): T {
  let adapted: Record<string, unknown> = Object.fromEntries(Object.entries(body));
  for (const adaptation of adaptations) {
    if ("stepDown" in adaptation) {
      adapted = stepDownResponseFormat(adapted);
      continue;
    }
    const name = "drop" in adaptation ? adaptation.drop : adaptation.rename;
    if (!(name in adapted)) continue;
    if ("rename" in adaptation) adapted[adaptation.to] = adapted[name];
    delete adapted[name];
  }
  return adapted as T;
}

export function describeAdaptation(adaptation: Adaptation): string {
  if ("stepDown" in adaptation) return "JSON is asked for with less of response_format";
  return "drop" in adaptation
    ? `"${adaptation.drop}" is left out`
    : `"${adaptation.rename}" is sent as "${adaptation.to}"`;
}

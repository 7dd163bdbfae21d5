/**
 * What to change in a request when a server refuses one of its fields.
 *
 * Only fields a server can do without are listed: leaving out `messages` or `tools` would silently answer
 * another question.
 */
import type { EndpointError, FailureFacts, FailureKind } from "./endpoint-error.ts";
import { callsOf, messagesOf, valueOf, type Adaptation } from "./adaptation.ts";
import { fieldsListedIn, minimumIn } from "./named-field.ts";
import { formatDemand, refusesFormat } from "./response-format.ts";

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
  "include",
  ...THINKING_FIELDS,
]);

/** What servers gave with earlier turns, thoughts and signatures: Groq and strict schemas refuse a message with it. */
const DISPENSABLE_IN_MESSAGES: ReadonlySet<string> = new Set([
  "reasoning_content",
  "reasoning",
  "reasoning_details",
  "thinking_blocks",
  "extra_content",
]);

/**
 * The changes that may satisfy the server; none when nothing can.
 *
 * @param made what was changed for this call already: nothing is changed back
 */
export function adaptationsFor(
  { kind, facts }: EndpointError,
  body: object,
  made: readonly Adaptation[],
): Adaptation[] {
  // llama-cpp-python fails in mid-stream without a word, and tells the reason when asked for a whole answer.
  if (kind === "no-answer" && "stream" in body && body.stream === true) return [{ drop: "stream" }];
  if (!REFUSING_KINDS.has(kind)) return [];
  const { param = "", words = "" } = facts;
  const about = `${param}\n${words}`;
  const weaker = weakerDemand(about, body, made);
  if (weaker) return [weaker];
  // vLLM and SGLang call an effort they do not know a faulty body.
  const refused = kind === "parameter-refused" || THINKING_FIELDS.includes(param);
  const named = refused && param !== "" ? [param, ...fieldsListedIn(words)] : [];
  const fields = [...new Set(named)].flatMap((path) => fieldAdaptation(path, facts, body, made) ?? []);
  if (fields.length > 0) return fields;
  // OpenAI's own form of a turn that only calls tools; llama-cpp-python and others take text alone.
  const hasNull = messagesOf(body).some((message) => "content" in message && message.content === null);
  return hasNull && /\b(?:messages|content)\b/i.test(about) ? [{ nullAsEmpty: "content" }] : [];
}

/** Many servers neither name the field in a place of its own nor call what they do a refusal. */
const REFUSING_KINDS: ReadonlySet<FailureKind> = new Set([
  "bad-request",
  "not-supported",
  "parameter-refused",
]);

function weakerDemand(about: string, body: object, made: readonly Adaptation[]): Adaptation | undefined {
  const demand = formatDemand(body);
  if (!demand) return undefined;
  // OpenAI, DeepSeek, DashScope: 'messages' must contain the word 'json' in some form
  const asked = made.some((one) => "askFor" in one);
  if (!asked && /contain the word/i.test(about)) return { askFor: "json" };
  return refusesFormat(about) ? { stepDown: demand.type } : undefined;
}

/** @param path a field of the body, or of what is in it */
function fieldAdaptation(
  path: string,
  { words = "", limit }: FailureFacts,
  body: object,
  made: readonly Adaptation[],
): Adaptation | undefined {
  const [param = ""] = path.split(/[.[]/);
  // DashScope's models think unless told otherwise: … must be set to false for non-streaming calls
  if (param.endsWith("enable_thinking") && /for non-?streaming/i.test(words)) {
    const told = "enable_thinking" in body && body.enable_thinking === false;
    return told ? undefined : { onlyStreamed: "enable_thinking" };
  }
  const inMessages = fieldInMessages(path, body);
  if (inMessages !== undefined) return { dropInMessages: inMessages };
  if (!Object.hasOwn(body, param)) return undefined;
  const minimum = minimumIn(words);
  if (minimum !== undefined && param.startsWith("max_")) {
    return Number(valueOf(body, param)) < minimum ? { raise: param, to: minimum } : undefined;
  }
  const other = OTHER_NAMES.get(param);
  if (other !== undefined) {
    // A bound means that the value is refused, not the name.
    if (limit !== undefined) return undefined;
    const renamed = made.some((one) => "rename" in one && one.to === param);
    return renamed || Object.hasOwn(body, other) ? { drop: param } : { rename: param, to: other };
  }
  return DISPENSABLE.has(param) ? { drop: refusedPart(path, body) } : undefined;
}

/** `reasoning.summary` where that is one member of several, so that the others stay; else `reasoning`. */
function refusedPart(path: string, body: object): string {
  const [field = "", member = ""] = path.split(".");
  const value = valueOf(body, field);
  const several = typeof value === "object" && value !== null && Object.keys(value).length > 1;
  return several && Object.hasOwn(value, member) ? `${field}.${member}` : field;
}

/** The field of earlier turns that is meant by `messages[1].reasoning_content`, or by its bare name. */
function fieldInMessages(param: string, body: object): string | undefined {
  const field = param.split(/[.[\]]/).at(-1) ?? "";
  if (!DISPENSABLE_IN_MESSAGES.has(field) || (param === field && field in body)) return undefined;
  return messagesOf(body).some(
    (message) => field in message || callsOf(message).some((call) => field in call),
  )
    ? field
    : undefined;
}

/** Whether the change is good for later calls as well: a value that was not liked says nothing about the next one. */
export function lasts(adaptation: Adaptation, { kind, facts }: EndpointError): boolean {
  if (["stepDown", "askFor", "raise", "nullAsEmpty"].some((change) => change in adaptation)) return true;
  // Servers that know no `required` know `auto`.
  if ("drop" in adaptation && adaptation.drop === "tool_choice") return false;
  return kind === "parameter-refused" && !facts.valueOnly;
}

/** The chunks of `invoke_llm`, and the results of polling. */
import * as z from "zod";
import { llmUsage } from "./reply-amounts.ts";
import type { Rule } from "./rule.ts";

const text = z.string().nullish();

const CONTENT = "trap 5: content must be text or parts, the daemon ends the request otherwise" satisfies Rule;
const CALLS =
  "trap 4: tool_calls must be a list, the daemon would write null and Dify rejects it" satisfies Rule;
const ARGUMENTS = "section 4.3: the arguments of a tool call are JSON text" satisfies Rule;
const CALL_ID =
  "section 4.3: a tool call needs an id, Dify appends one without to the call before" satisfies Rule;
const ROLE = "section 2.2: Dify takes the role assistant only" satisfies Rule;
const DETAIL = "section 4.2: Dify knows the details low and high only" satisfies Rule;

/** Text that is null or absent leaves the daemon as "". */
const anyPart = {
  data: text,
  url: text,
  base64_data: text,
  encode_format: text,
  filename: text,
  opaque_body: z.unknown().optional(),
};
const file = { ...anyPart, format: z.string(), mime_type: z.string() };

const contentPart = z.discriminatedUnion("type", [
  z.strictObject({
    ...anyPart,
    type: z.literal("text"),
    data: z.string(),
    format: text,
    mime_type: text,
    detail: text,
  }),
  z.strictObject({ ...file, type: z.literal("image"), detail: z.enum(["low", "high"], DETAIL) }),
  z.strictObject({ ...file, type: z.enum(["audio", "video", "document"]), detail: text }),
]);

const toolCall = z.strictObject({
  id: z.string(CALL_ID).min(1, CALL_ID),
  type: z.literal("function"),
  function: z.strictObject({
    name: z.string().min(1),
    arguments: z.string(ARGUMENTS).refine(isJson, ARGUMENTS),
  }),
});

const message = z.strictObject({
  role: z.literal("assistant", ROLE),
  content: z.union([z.string(), z.array(contentPart)], CONTENT),
  name: text,
  tool_calls: z.array(toolCall, CALLS),
  tool_call_id: text,
  opaque_body: z.unknown().optional(),
});

export const llmChunk = z.strictObject({
  model: z.string().min(1),
  system_fingerprint: text,
  delta: z.strictObject({
    index: z.int(),
    message,
    usage: llmUsage.nullish(),
    finish_reason: text,
  }),
});
type LlmChunk = z.output<typeof llmChunk>;

/** What holds for a whole successful answer; its chunks are known to be sound. */
export function brokenAnswerRules(request: Readonly<Record<string, unknown>>, pieces: unknown[]): Rule[] {
  const chunks = pieces as LlmChunk[];
  const rules: Rule[] = [];
  if (request["stream"] !== true && chunks.length !== 1) {
    rules.push(`trap 50: stream is false, yet ${chunks.length} chunks came; older Dify reads the first only`);
  }
  const indexes = chunks.map(({ delta }) => delta.index);
  if (indexes.some((index, position) => index <= (indexes[position - 1] ?? -1))) {
    rules.push(`section 2.2: delta.index must ascend from 0: ${indexes.join(", ")}`);
  }
  const last = chunks.at(-1)?.delta;
  if (!last?.finish_reason) rules.push("section 2.2: the last chunk lacks a finish_reason");
  if (!last?.usage) rules.push("section 4.4: the last chunk lacks the usage, Dify would count no tokens");
  const ids = chunks.flatMap(({ delta }) => delta.message.tool_calls.map(({ id }) => id));
  const repeated = ids.find((id, position) => ids.indexOf(id) < position);
  if (repeated !== undefined) {
    rules.push(`section 4.3: Dify merges tool calls of one id, and "${repeated}" comes twice`);
  }
  return rules;
}

const positive = z.int().min(1).nullish();
const state = z.record(z.string(), z.unknown());
const polling = {
  next_check_after_seconds: positive,
  expires_after_seconds: positive,
  max_attempts: positive,
};

/** The daemon forwards it untouched; only Dify reads it, and lets unknown fields pass. */
const wholeResult = z.object({
  model: z.string().min(1),
  message: z.object({
    role: z.literal("assistant", ROLE),
    content: z.union([z.string(), z.array(contentPart)], CONTENT),
    tool_calls: z.array(toolCall, CALLS),
  }),
  usage: llmUsage,
  system_fingerprint: text,
});

export const pollingResult = z.discriminatedUnion("status", [
  z.strictObject({
    ...polling,
    status: z.literal("running"),
    plugin_state: state.refine((value) => Object.keys(value).length > 0, "section 2.4: the state is empty"),
    result: z.null().optional(),
    error: z.null().optional(),
  }),
  z.strictObject({
    ...polling,
    status: z.literal("succeeded"),
    plugin_state: state.nullish(),
    result: wholeResult,
    error: z.null().optional(),
  }),
  z.strictObject({
    ...polling,
    status: z.literal("failed"),
    plugin_state: state.nullish(),
    result: z.null().optional(),
    error: z.string().regex(/\S/, "section 2.4: the error is blank"),
  }),
]);

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * The 16 actions Dify asks of a model provider, one schema each.
 *
 * Strict where a wrong value would send a wrong request, tolerant of the nulls the daemon writes for
 * everything that was not set.
 */
import * as z from "zod";
import { promptMessage, tool, toolChoice } from "./messages.ts";

const name = z.string().min(1);

function list<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
}

/** What Dify stored for this model, decrypted: strings, but for old `switch` fields. Null when omitted. */
const credentials = z
  // Not copied field by field: there are some fifty in every request.
  .custom<Readonly<Record<string, unknown>>>(
    (value) => typeof value === "object" && !Array.isArray(value),
    "expected an object",
  )
  .nullish()
  .transform((value) => value ?? {});
export type Credentials = Readonly<Record<string, unknown>>;

const provider = { provider: name, credentials, user_id: z.string().nullish() };

function model<T extends string>(type: T) {
  return { ...provider, model: name, model_type: z.literal(type) };
}

/** Dify also asks for multimodal variants under the text type's name. */
const anyModel = { ...provider, model: name, model_type: name };

/** Raw values from the app, neither completed nor checked by Dify. */
const modelParameters = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});

const completion = {
  ...model("llm"),
  prompt_messages: list(promptMessage),
  model_parameters: modelParameters,
  tools: list(tool),
  tool_choice: toolChoice.nullish(),
  stop: list(z.string()),
  json_schema: z.record(z.string(), z.unknown()).nullish(),
  stream: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
};

/** Text as it is, an image as base64 without a data-URI prefix. */
const multimodalContent = z.object({ content: z.string().min(1), content_type: z.enum(["text", "image"]) });

/** The audio file in hex; neither a name nor a media type comes with it. */
const hexBytes = z.string().transform((hex, context) => {
  const bytes = Buffer.from(hex, "hex");
  if (bytes.length === 0 || bytes.length * 2 !== hex.length) {
    context.addIssue("expected a non-empty audio file as hex digits");
  }
  return bytes;
});

const inputType = z.enum(["document", "query"]).catch("document");

/** Dify's null arrives as 0: no threshold, all documents. */
const ranking = {
  score_threshold: z
    .number()
    .nullish()
    .transform((value) => value ?? 0),
  top_n: z
    .int()
    .nullish()
    .transform((value) => value ?? 0),
};

const actions = [
  z.object({ action: z.literal("invoke_llm"), ...completion }),
  z.object({
    action: z.literal("get_llm_num_tokens"),
    ...model("llm"),
    prompt_messages: list(promptMessage),
    tools: list(tool),
  }),
  z.object({ action: z.literal("start_polling"), ...completion }),
  z.object({
    action: z.literal("check_polling"),
    ...model("llm"),
    plugin_state: z.record(z.string(), z.unknown()),
  }),
  z.object({
    action: z.literal("invoke_text_embedding"),
    ...model("text-embedding"),
    texts: z.array(z.string()),
    input_type: inputType,
  }),
  z.object({
    action: z.literal("get_text_embedding_num_tokens"),
    ...model("text-embedding"),
    texts: z.array(z.string()),
  }),
  z.object({
    action: z.literal("invoke_multimodal_embedding"),
    ...anyModel,
    documents: z.array(multimodalContent),
    input_type: inputType,
  }),
  z.object({
    action: z.literal("invoke_rerank"),
    ...model("rerank"),
    query: z.string(),
    docs: z.array(z.string()),
    ...ranking,
  }),
  z.object({
    action: z.literal("invoke_multimodal_rerank"),
    ...anyModel,
    query: multimodalContent,
    docs: z.array(multimodalContent),
    ...ranking,
  }),
  z.object({
    action: z.literal("invoke_tts"),
    ...model("tts"),
    content_text: z.string().min(1),
    voice: z.string(),
    tenant_id: z.string().nullish(),
  }),
  z.object({
    action: z.literal("get_tts_model_voices"),
    ...model("tts"),
    /** Empty means: all voices. */
    language: z
      .string()
      .nullish()
      .transform((value) => value ?? ""),
  }),
  z.object({
    action: z.literal("invoke_speech2text"),
    ...model("speech2text"),
    file: hexBytes,
  }),
  z.object({ action: z.literal("invoke_moderation"), ...model("moderation"), text: z.string() }),
  z.object({ action: z.literal("validate_provider_credentials"), ...provider }),
  z.object({ action: z.literal("validate_model_credentials"), ...anyModel }),
  z.object({ action: z.literal("get_ai_model_schemas"), ...anyModel }),
] as const;

export const request = z.discriminatedUnion("action", actions);
export type Request = z.output<typeof request>;
export type Action = Request["action"];

/** The parsed request of one action. */
export type RequestOf<A extends Action> = Extract<Request, { action: A }>;

export const actionNames: readonly string[] = actions.map((schema) => schema.shape.action.value);

/** The reply of `get_ai_model_schemas`: section 5 of the protocol reference, in its stricter half each. */
import * as z from "zod";
import { decimal } from "./reply-amounts.ts";
import type { Rule } from "./rule.ts";

const NULL_SCHEMA =
  "trap 31: Dify rejects a model_schema that is no object, though the daemon passes null" satisfies Rule;
const NULL_PROPERTIES =
  "trap 33: Dify rejects model_properties that are no object, though the daemon passes null" satisfies Rule;
const UNKNOWN_PROPERTY = "trap 32: Dify rejects a model property it does not know" satisfies Rule;
const UNKNOWN_FEATURE = "trap 32: Dify rejects a feature it does not know" satisfies Rule;
const UNKNOWN_TYPE = "trap 32: Dify rejects a model_type it does not know" satisfies Rule;
const NO_LABEL = "section 5: the daemon rejects a label without en_US" satisfies Rule;
const NO_TEMPLATE = 'trap 34: use_template "" disables the daemon\'s type check' satisfies Rule;
const NO_TYPE = "section 5: a parameter needs a type unless a template gives it" satisfies Rule;
const TOO_LONG = "section 5: the daemon takes labels of fewer than 1024 characters" satisfies Rule;
const DEFAULT = "section 5: a default is text, a number or a boolean" satisfies Rule;

const name = z
  .string()
  .min(1)
  .max(255, "section 5: the daemon takes fewer than 256 characters" satisfies Rule);
const labelText = (message?: Rule) => z.string(message).max(1023, TOO_LONG);

const i18n = z.strictObject(
  {
    en_US: labelText(NO_LABEL).min(1, NO_LABEL),
    zh_Hans: labelText().nullish(),
    ja_JP: labelText().nullish(),
    pt_BR: labelText().nullish(),
  },
  { error: ({ code }) => (code === "invalid_type" ? NO_LABEL : undefined) },
);

const TEMPLATES = [
  "temperature",
  "top_p",
  "top_k",
  "presence_penalty",
  "frequency_penalty",
  "max_tokens",
  "response_format",
  "json_schema",
] as const;

const parameterRule = z
  .strictObject({
    name,
    use_template: z
      .string()
      .min(1, NO_TEMPLATE)
      .refine((value) => value === "" || TEMPLATES.some((known) => known === value), {
        error: ({ input }) => `section 5: the daemon answers: use_template ${String(input)} not found`,
      })
      .nullish(),
    label: i18n.nullish(),
    type: z.enum(["float", "int", "string", "boolean", "text"]).nullish(),
    help: i18n.nullish(),
    required: z.boolean().optional(),
    default: z.union([z.string(), z.number(), z.boolean()], DEFAULT).nullish(),
    min: z.number().nullish(),
    max: z.number().nullish(),
    precision: z.int().nullish(),
    options: z.array(z.string().max(255)).nullish(),
  })
  .refine(({ type, use_template }) => typeof type === "string" || typeof use_template === "string", NO_TYPE);

const modelProperties = z.strictObject(
  {
    mode: z.enum(["chat", "completion"]).optional(),
    context_size: z.int().optional(),
    max_chunks: z.int().optional(),
    file_upload_limit: z.int().optional(),
    supported_file_extensions: z.string().optional(),
    max_characters_per_chunk: z.int().optional(),
    default_voice: z.string().optional(),
    voices: z
      .array(z.strictObject({ name: z.string(), mode: z.string(), language: z.array(z.string()) }))
      .optional(),
    word_limit: z.int().optional(),
    audio_type: z.string().optional(),
    max_workers: z.int().optional(),
  },
  { error: ({ code }) => (code === "unrecognized_keys" ? UNKNOWN_PROPERTY : NULL_PROPERTIES) },
);

const FEATURES = [
  "tool-call",
  "multi-tool-call",
  "agent-thought",
  "vision",
  "stream-tool-call",
  "document",
  "video",
  "audio",
  "structured-output",
  "polling",
] as const;

const MODEL_TYPES = ["llm", "text-embedding", "rerank", "speech2text", "moderation", "tts"] as const;

const modelSchema = z.strictObject(
  {
    model: name,
    label: i18n,
    model_type: z.enum(MODEL_TYPES, UNKNOWN_TYPE),
    features: z.array(z.enum(FEATURES, UNKNOWN_FEATURE)).max(256).nullish(),
    fetch_from: z.enum(["predefined-model", "customizable-model"]).optional(),
    model_properties: modelProperties,
    deprecated: z.boolean().optional(),
    parameter_rules: z.array(parameterRule).max(128).nullish(),
    pricing: z
      .strictObject({
        input: decimal,
        output: decimal.nullish(),
        unit: decimal,
        currency: z.string().min(1),
      })
      .nullish(),
  },
  { error: ({ code }) => (code === "invalid_type" ? NULL_SCHEMA : undefined) },
);

export const modelSchemaReply = z.strictObject({ model_schema: modelSchema });

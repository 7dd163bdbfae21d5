/**
 * Prompt messages as the daemon hands them over.
 *
 * The daemon fills absent fields with `null` or `""`, and half-decodes a malformed body, so that lists
 * may be null, `content` may be null and a role may be unknown. Reading is tolerant of all of these.
 */
import * as z from "zod";
import { Base64 } from "./base64.ts";

/** Null and absent both become the fallback. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

export const contentPart = z.object({
  type: z.enum(["text", "image", "audio", "video", "document"]),
  /** The text of a `text` part. */
  data: text,
  /** Where the file lies; empty when `base64_data` carries it. May name a host only Dify can reach. */
  url: text,
  /** The file itself, without a data-URI prefix; empty when `url` is set. A large one is a `Base64`. */
  base64_data: z.union([text, z.instanceof(Base64)]),
  /** File extension, such as `png`. */
  format: text,
  mime_type: text,
  filename: text,
  /** `low` or `high`, for images. */
  detail: text,
});
export type ContentPart = z.output<typeof contentPart>;

export const toolCall = z.object({
  id: text,
  type: text,
  /** `arguments` is JSON text. */
  function: z.object({ name: text, arguments: text }),
});
export type ToolCall = z.output<typeof toolCall>;

export const promptMessage = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool"]).catch("user"),
  content: z
    .union([z.string(), z.array(contentPart)])
    .nullish()
    .transform((value) => value ?? ""),
  /** For a `tool` message, the tool's name. */
  name: text,
  tool_calls: z
    .array(toolCall)
    .nullish()
    .transform((value) => value ?? []),
  tool_call_id: text,
  /** State a provider attached to an earlier answer and gets back. */
  opaque_body: z.unknown().optional(),
});
export type PromptMessage = z.output<typeof promptMessage>;

export const tool = z.object({
  name: z.string().min(1),
  description: text,
  /** A JSON Schema object. */
  parameters: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? { type: "object", properties: {} }),
});
export type Tool = z.output<typeof tool>;

/** Present since daemon 0.6.11; absent means the model decides. */
export const toolChoice = z.object({
  mode: z.enum(["auto", "none", "required", "tool"]),
  name: z.string().nullish(),
});
export type ToolChoice = z.output<typeof toolChoice>;

/** What `POST /v1/chat/completions` takes. Fields the demo has no use for are let through unread. */
import * as z from "zod";
import { stopSequences, streamOptions, tokenLimit } from "./sampling-fields.ts";

const contentPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("refusal"), refusal: z.string() }),
  z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string().min(1) }) }),
  z.object({
    type: z.literal("input_audio"),
    input_audio: z.object({ data: z.string(), format: z.string() }),
  }),
  z.object({ type: z.literal("file"), file: z.looseObject({}) }),
]);

const content = z.union([z.string(), z.array(contentPart)]);

const calledTool = z.object({
  id: z.string(),
  type: z.literal("function"),
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const message = z.discriminatedUnion("role", [
  z.object({ role: z.enum(["system", "developer", "user"]), content }),
  z.object({
    role: z.literal("assistant"),
    content: content.nullish(),
    tool_calls: z.array(calledTool).nullish(),
  }),
  z.object({ role: z.literal("tool"), content, tool_call_id: z.string() }),
]);
export type ChatMessage = z.output<typeof message>;

const tool = z.object({
  type: z.literal("function"),
  function: z.object({
    name: z.string().regex(/^[\w-]{1,64}$/, "Expected letters, digits, underscores and dashes, 64 at most."),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
  }),
});
export type ChatTool = z.output<typeof tool>["function"];

const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.object({ type: z.literal("function"), function: z.object({ name: z.string() }) }),
]);
export type ToolChoice = z.output<typeof toolChoice>;

const responseFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({
    type: z.literal("json_schema"),
    json_schema: z.object({ name: z.string(), schema: z.record(z.string(), z.unknown()).nullish() }),
  }),
]);

export const chatRequest = z.object({
  model: z.string(),
  messages: z.array(message).min(1),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  response_format: responseFormat.nullish(),
  max_tokens: tokenLimit,
  max_completion_tokens: tokenLimit,
  stop: stopSequences,
  n: z.literal(1, "The demo gives one answer.").nullish(),
  stream: z.boolean().nullish(),
  stream_options: streamOptions,
});
export type ChatRequest = z.output<typeof chatRequest>;

/** Only the words of a message, its text parts joined by line breaks. */
export function messageText({ content: parts }: ChatMessage): string {
  if (typeof parts === "string") return parts;
  return (parts ?? []).flatMap((part) => (part.type === "text" ? part.text : [])).join("\n");
}

export function imageCount({ content: parts }: ChatMessage): number {
  return Array.isArray(parts) ? parts.filter((part) => part.type === "image_url").length : 0;
}

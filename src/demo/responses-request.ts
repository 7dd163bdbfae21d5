/** What `POST /v1/responses` takes, and the chat request that asks the same. */
import * as z from "zod";
import { chatRequest, type ChatMessage, type ChatRequest } from "./chat-request.ts";

const inputPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("input_text"), text: z.string() }),
  z.object({ type: z.literal("input_image"), image_url: z.string().min(1) }),
  z.object({ type: z.literal("input_file") }),
  z.object({ type: z.literal("output_text"), text: z.string() }),
  z.object({ type: z.literal("refusal"), refusal: z.string() }),
]);
type InputPart = z.output<typeof inputPart>;

const message = z.object({
  type: z.literal("message").optional(),
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.union([z.string(), z.array(inputPart)]),
});

const functionCall = z.object({
  type: z.literal("function_call"),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});

const callOutput = z.object({
  type: z.literal("function_call_output"),
  call_id: z.string(),
  output: z.string("The demo takes the output of a call as a text."),
});

const reasoning = z.object({ type: z.literal("reasoning") });

const inputItem = z.union([message, functionCall, callOutput, reasoning]);
type InputItem = z.output<typeof inputItem>;

const tool = z.object({
  type: z.literal("function", "The demo calls functions only."),
  name: z.string(),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
});

const toolChoice = z.union([
  z.enum(["none", "auto", "required"]),
  z.object({ type: z.literal("function"), name: z.string() }),
]);

const textFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object") }),
  z.object({ type: z.literal("json_schema"), name: z.string(), schema: z.record(z.string(), z.unknown()) }),
]);

export const responsesRequest = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(inputItem).min(1)]),
  instructions: z.string().nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  text: z.object({ format: textFormat.nullish() }).nullish(),
  // OpenAI's own minimum.
  max_output_tokens: z.int().min(16).nullish(),
  previous_response_id: z.null("The demo keeps no conversations.").optional(),
  stream: z.boolean().nullish(),
});
export type ResponsesRequest = z.output<typeof responsesRequest>;

export function asChatRequest(request: ResponsesRequest): ChatRequest {
  const { model, input, instructions, tools, tool_choice, text, max_output_tokens } = request;
  const items = typeof input === "string" ? [{ role: "user" as const, content: input }] : input;
  const format = text?.format;
  return chatRequest.parse({
    model,
    messages: [
      ...(instructions ? [{ role: "system", content: instructions }] : []),
      ...items.flatMap(chatMessage),
    ],
    tools: tools?.map(({ type, ...fn }) => ({ type, function: fn })),
    tool_choice:
      typeof tool_choice === "object" && tool_choice !== null
        ? { type: "function", function: { name: tool_choice.name } }
        : tool_choice,
    response_format: format?.type === "json_schema" ? { type: format.type, json_schema: format } : format,
    max_tokens: max_output_tokens,
  });
}

function chatMessage(item: InputItem): ChatMessage[] {
  if ("role" in item) return [{ role: item.role, content: chatContent(item.content) }];
  if (item.type === "function_call_output") {
    return [{ role: "tool", tool_call_id: item.call_id, content: item.output }];
  }
  if (item.type === "reasoning") return [];
  const { call_id: id, name, arguments: text } = item;
  const call = { id, type: "function" as const, function: { name, arguments: text } };
  return [{ role: "assistant", tool_calls: [call] }];
}

function chatContent(
  content: string | InputPart[],
): string | Exclude<ChatMessage["content"], string | null | undefined> {
  if (typeof content === "string") return content;
  return content.map((part) => {
    switch (part.type) {
      case "input_text":
      case "output_text":
        return { type: "text", text: part.text };
      case "input_image":
        return { type: "image_url", image_url: { url: part.image_url } };
      case "input_file":
        return { type: "file", file: {} };
      case "refusal":
        return part;
    }
  });
}

/** From Dify's prompt messages to those of a chat request. */
import type OpenAI from "openai";
import type { ContentPart, PromptMessage } from "../../../src/dify/messages.ts";
import { plainText } from "../prompt-text.ts";

type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;

export function chatMessage(message: PromptMessage): ChatMessage {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: plainText(message.content) };
    case "user":
      return { role: "user", content: userContent(message.content) };
    case "assistant":
      return assistantMessage(message);
    case "tool":
      return { role: "tool", tool_call_id: message.tool_call_id, content: plainText(message.content) };
  }
}

function assistantMessage({ content, tool_calls }: PromptMessage): ChatMessage {
  const text = withoutThoughts(plainText(content));
  if (tool_calls.length === 0) return { role: "assistant", content: text };
  return {
    role: "assistant",
    content: text || null,
    tool_calls: tool_calls.map(({ id, function: call }) => ({ id, type: "function", function: call })),
  };
}

/** Earlier thoughts are not for the model; they stand at the start of the answer, as we put them there. */
function withoutThoughts(text: string): string {
  return text.replace(/^\s*<think>[\s\S]*?<\/think>\s*/, "");
}

/** Plain text stays a string: some servers take no arrays. */
function userContent(content: PromptMessage["content"]): string | OpenAI.Chat.ChatCompletionContentPart[] {
  if (typeof content === "string" || content.every((part) => part.type === "text")) return plainText(content);
  return content.map(chatPart);
}

function chatPart(part: ContentPart): OpenAI.Chat.ChatCompletionContentPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.data };
    case "image":
      return {
        type: "image_url",
        image_url: {
          url: source(part),
          ...(part.detail === "low" || part.detail === "high" ? { detail: part.detail } : {}),
        },
      };
    case "audio":
      return {
        type: "input_audio",
        input_audio: { data: part.base64_data || part.url, format: part.format === "wav" ? "wav" : "mp3" },
      };
    case "document":
      return {
        type: "file",
        file: { filename: part.filename || `file.${part.format}`, file_data: source(part) },
      };
    case "video":
      // Not in OpenAI's API; vLLM, SGLang and others read it under this name.
      return { type: "video_url", video_url: { url: source(part) } } as never;
  }
}

function source({ url, mime_type, base64_data }: ContentPart): string {
  return url || `data:${mime_type || "application/octet-stream"};base64,${base64_data}`;
}

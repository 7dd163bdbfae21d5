/** From Dify's prompt messages to those of a chat request. */
import type OpenAI from "openai";
import type { PromptMessage } from "../../../src/dify/messages.ts";
import { plainText } from "../prompt-text.ts";
import { userContent, type MediaOptions } from "./content-parts.ts";

type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;

export function chatMessage(message: PromptMessage, media: MediaOptions): ChatMessage {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: plainText(message.content) };
    case "user":
      return { role: "user", content: userContent(message.content, media) };
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

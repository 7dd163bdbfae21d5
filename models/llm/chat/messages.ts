/** From Dify's prompt messages to those of a chat request. */
import type OpenAI from "openai";
import type { PromptMessage } from "../../../src/dify/messages.ts";
import { plainText } from "../prompt-text.ts";
import { userContent, type MediaOptions } from "./content-parts.ts";
import { callingTurn, type Replay } from "./replay.ts";

type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;

export function chatMessage(message: PromptMessage, media: MediaOptions, replay: Replay): ChatMessage {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: plainText(message.content) };
    case "user":
      return { role: "user", content: userContent(message.content, media) };
    case "assistant":
      if (message.tool_calls.length > 0) return callingTurn(message, replay);
      return { role: "assistant", content: plainText(message.content) };
    case "tool":
      return { role: "tool", tool_call_id: message.tool_call_id, content: plainText(message.content) };
  }
}

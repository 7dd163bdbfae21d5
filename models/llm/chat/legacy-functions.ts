/**
 * How models called tools before there were tools; some servers know nothing else.
 */
import type OpenAI from "openai";
import type { PromptMessage } from "../../../src/dify/messages.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import { plainText, splitThoughts } from "../prompt-text.ts";

export function legacyFunctions({ tools: offered, tool_choice }: RequestOf<"invoke_llm">) {
  if (offered.length === 0) return {};
  const choice =
    tool_choice?.mode === "tool" && tool_choice.name
      ? { name: tool_choice.name }
      : tool_choice?.mode === "none"
        ? ("none" as const)
        : undefined;
  return {
    functions: offered.map(({ name, description, parameters }) => ({ name, description, parameters })),
    ...(choice && { function_call: choice }),
  };
}

/** A call and its result in the old form; undefined for every other message. One call at a time. */
export function legacyMessage(message: PromptMessage): OpenAI.Chat.ChatCompletionMessageParam | undefined {
  const [call] = message.tool_calls;
  if (message.role === "assistant" && call) {
    return {
      role: "assistant",
      content: splitThoughts(message.content).answer || null,
      function_call: call.function,
    };
  }
  if (message.role !== "tool") return undefined;
  return { role: "function", name: message.name, content: plainText(message.content) };
}

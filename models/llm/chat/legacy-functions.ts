/**
 * How models called tools before there were tools; some servers know nothing else.
 */
import type OpenAI from "openai";
import type { PromptMessage, Tool } from "../../../src/dify/messages.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import { plainText, splitThoughts } from "../prompt-text.ts";

export function legacyFunctions({ tools: offered, tool_choice }: RequestOf<"invoke_llm">) {
  if (offered.length === 0) return {};
  const choice = legacyChoice(tool_choice, offered);
  return {
    functions: offered.map(({ name, description, parameters }) => ({ name, description, parameters })),
    ...(choice && { function_call: choice }),
  };
}

/** There was no word for any function but none: only a single one can be demanded without its name. */
function legacyChoice(
  choice: RequestOf<"invoke_llm">["tool_choice"],
  offered: readonly Tool[],
): "none" | { name: string } | undefined {
  if (choice?.mode === "none") return "none";
  if (choice?.mode !== "tool" && choice?.mode !== "required") return undefined;
  const name = choice.name || (offered.length === 1 ? offered[0]?.name : undefined);
  return name === undefined ? undefined : { name };
}

type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;

/**
 * A history in the old form, which knows one call at a time: each call is followed by its own result.
 *
 * @param messages with a result for every call
 * @param write writes every other message
 */
export function legacyHistory(
  messages: readonly PromptMessage[],
  write: (message: PromptMessage) => ChatMessage,
): ChatMessage[] {
  const results = new Map(messages.map((message) => [message.tool_call_id, message]));
  return messages.flatMap((message): ChatMessage[] => {
    if (message.role === "tool") return [];
    if (message.role !== "assistant" || message.tool_calls.length === 0) return [write(message)];
    return message.tool_calls.flatMap(({ id, function: call }, position): ChatMessage[] => {
      const content = position === 0 ? splitThoughts(message.content).answer : "";
      const asked: ChatMessage = { role: "assistant", content: content || null, function_call: call };
      const result = results.get(id);
      return result ? [asked, functionResult(result, call.name)] : [asked];
    });
  });
}

function functionResult({ content }: PromptMessage, name: string): ChatMessage {
  return { role: "function", name, content: plainText(content) };
}

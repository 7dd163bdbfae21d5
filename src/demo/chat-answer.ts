/** A finished chat answer: the reply within the limits asked for, with its usage. */
import { randomUUID } from "node:crypto";
import type { ChatRequest } from "./chat-request.ts";
import { messageText } from "./chat-request.ts";
import { chooseReply } from "./choose-reply.ts";
import { cutAnswer } from "./cut-answer.ts";
import { countTokens } from "./demo-tokens.ts";
import { tokenUsage } from "./token-usage.ts";
import type { TokenUsage } from "./token-usage.ts";

export interface ToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface ChatAnswer {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  /** Null when a tool is called instead. */
  readonly text: string | null;
  readonly toolCall: ToolCall | null;
  readonly finishReason: "stop" | "length" | "tool_calls";
  readonly usage: TokenUsage;
}

export function answerChat(request: ChatRequest): ChatAnswer {
  const reply = chooseReply(request);
  const isCall = reply.kind === "call";
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? undefined;
  // As with a model, a limit cuts a call's arguments short too, but `stop` is for prose.
  const cut = isCall
    ? cutAnswer(reply.arguments, { maxTokens, stop: [] })
    : cutAnswer(reply.text, { maxTokens, stop: request.stop });
  const toolCall: ToolCall | null = isCall
    ? {
        id: `call_demo_${randomUUID()}`,
        type: "function",
        function: { name: reply.name, arguments: cut.text },
      }
    : null;
  return {
    id: `chatcmpl-demo-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    text: isCall ? null : cut.text,
    toolCall,
    finishReason: isCall && cut.finishReason === "stop" ? "tool_calls" : cut.finishReason,
    usage: tokenUsage(promptTokens(request), countTokens(cut.text)),
  };
}

/** Everything the request has in words: messages, calls made so far, tools offered. */
function promptTokens({ messages, tools }: ChatRequest): number {
  const texts = messages.flatMap((message) => [
    messageText(message),
    ...(message.role === "assistant" ? (message.tool_calls ?? []) : []).map(
      (call) => call.function.arguments,
    ),
  ]);
  const offered = (tools ?? []).map((tool) => JSON.stringify(tool.function));
  return [...texts, ...offered].reduce((sum, text) => sum + countTokens(text), 0);
}

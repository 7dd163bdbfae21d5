/**
 * Dify's messages in an order that strict servers and chat templates accept: one system message at the
 * start, no two neighbours of one role, no answer without content, and files from users only.
 */
import type { ContentPart, PromptMessage } from "../../src/dify/messages.ts";
import { plainText, splitThoughts } from "./prompt-text.ts";

type Content = PromptMessage["content"];

export function tidyHistory(messages: readonly PromptMessage[]): PromptMessage[] {
  const tidy: PromptMessage[] = [];
  for (const message of filesFromUsers(systemFirst(messages)).map(withoutThoughts)) {
    const last = tidy.at(-1);
    // An answer without words or calls says nothing, and Anthropic, Mistral and others refuse it.
    if (message.role === "assistant" && isEmpty(message.content) && message.tool_calls.length === 0) continue;
    if (last && mayJoin(last, message)) {
      tidy[tidy.length - 1] = { ...last, content: joinContents(last.content, message.content) };
    } else {
      tidy.push(message);
    }
  }
  return tidy;
}

/** Files of other roles, which no API has a place for, follow as a user's; those of tools after all results. */
function filesFromUsers(messages: readonly PromptMessage[]): PromptMessage[] {
  const result: PromptMessage[] = [];
  let waiting: ContentPart[] = [];
  for (const message of messages) {
    if (waiting.length > 0 && message.role !== "tool") {
      result.push(userMessage(waiting));
      waiting = [];
    }
    const files =
      message.role === "user" ? [] : asParts(message.content).filter(({ type }) => type !== "text");
    waiting.push(...files);
    result.push(files.length > 0 ? { ...message, content: plainText(message.content) } : message);
  }
  return waiting.length > 0 ? [...result, userMessage(waiting)] : result;
}

function userMessage(content: ContentPart[]): PromptMessage {
  return { role: "user", content, name: "", tool_calls: [], tool_call_id: "" };
}

/** What led to a final answer is not for the model; thoughts that led to a tool call may be. */
function withoutThoughts(message: PromptMessage): PromptMessage {
  if (message.role !== "assistant" || message.tool_calls.length > 0) return message;
  const { thought, answer } = splitThoughts(message.content);
  return thought === "" && answer === plainText(message.content) ? message : { ...message, content: answer };
}

/** `developer` is OpenAI's later name of `system`, which others do not know (DeepSeek refuses it). */
function systemFirst(messages: readonly PromptMessage[]): PromptMessage[] {
  const systems = messages.filter((message) => isSystem(message) && !isEmpty(message.content));
  const others = messages.filter((message) => !isSystem(message));
  return [...systems.map((message) => ({ ...message, role: "system" as const })), ...others];
}

function isSystem({ role }: PromptMessage): boolean {
  return role === "system" || role === "developer";
}

function mayJoin(last: PromptMessage, next: PromptMessage): boolean {
  if (last.role !== next.role || last.role === "tool") return false;
  const plain = [last, next].every(({ tool_calls, opaque_body }) => tool_calls.length === 0 && !opaque_body);
  return plain && last.name === next.name;
}

function isEmpty(content: Content): boolean {
  return content.length === 0;
}

function joinContents(a: Content, b: Content): Content {
  if (typeof a === "string" && typeof b === "string") return [a, b].filter(Boolean).join("\n\n");
  return [...asParts(a), ...asParts(b)];
}

function asParts(content: Content): ContentPart[] {
  if (typeof content !== "string") return content;
  const part = { base64_data: "", url: "", format: "", mime_type: "", filename: "", detail: "" };
  return content === "" ? [] : [{ ...part, type: "text", data: content }];
}

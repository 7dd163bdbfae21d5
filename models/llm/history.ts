/**
 * Dify's messages in an order that strict servers and chat templates accept: one system message at the
 * start, no two neighbours of one role, nothing without content, each tool call with its result, and files
 * from users only.
 */
import type { ContentPart, PromptMessage } from "../../src/dify/messages.ts";
import { withMediaType } from "./media.ts";
import { pairToolResults } from "./pair-tool-results.ts";
import { plainText, splitThoughts } from "./prompt-text.ts";

type Content = PromptMessage["content"];

export function tidyHistory(messages: readonly PromptMessage[]): PromptMessage[] {
  const paired = pairToolResults(systemFirst(messages.map(withGoodParts)));
  const whole = filesFromUsers(paired).map(withoutThoughts);
  const tidy: PromptMessage[] = [];
  for (const [position, message] of whole.entries()) {
    const last = tidy.at(-1);
    const isQuestion = message.role === "user" && position === whole.length - 1 && last?.role !== "user";
    if (saysNothing(message) && !isQuestion) continue;
    if (last && mayJoin(last, message)) tidy[tidy.length - 1] = joined(last, message);
    else tidy.push(message);
  }
  return tidy;
}

/** Anthropic, Mistral and others refuse it; but what is asked last is the question, empty or not. */
function saysNothing({ role, content, tool_calls }: PromptMessage): boolean {
  return role !== "tool" && tool_calls.length === 0 && isEmpty(content);
}

/** Without blank text, and files with their media types. */
function withGoodParts(message: PromptMessage): PromptMessage {
  if (typeof message.content === "string") return message;
  const content = message.content.filter((part) => !isEmpty([part])).map(withMediaType);
  return { ...message, content: content.length > 0 ? content : "" };
}

/** Files of other roles, which no API has a place for, follow as a user's; those of tools after all results. */
function filesFromUsers(messages: readonly PromptMessage[]): PromptMessage[] {
  const result: PromptMessage[] = [];
  let waiting: ContentPart[] = [];
  for (const message of messages) {
    if (waiting.length > 0 && message.role !== "tool" && message.role !== "system") {
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

/** What was said before a call belongs to its turn. */
function mayJoin(last: PromptMessage, next: PromptMessage): boolean {
  if (last.role !== next.role || last.role === "tool") return false;
  return (
    last.tool_calls.length === 0 && !last.opaque_body && (next.tool_calls.length > 0 || !next.opaque_body)
  );
}

function joined(last: PromptMessage, next: PromptMessage): PromptMessage {
  const { thought, answer } = splitThoughts(next.content);
  if (next.tool_calls.length === 0 || thought === "") {
    return { ...next, content: joinContents(last.content, next.content) };
  }
  // Thoughts are found at the start only.
  const said = joinContents(plainText(last.content), answer);
  return { ...next, content: `<think>\n${thought}\n</think>\n\n${plainText(said)}` };
}

function isEmpty(content: Content): boolean {
  if (typeof content === "string") return content.trim() === "";
  return content.every(({ type, data }) => type === "text" && data.trim() === "");
}

function joinContents(a: Content, b: Content): Content {
  if (isEmpty(a) || isEmpty(b)) return isEmpty(a) ? b : a;
  if (typeof a === "string" && typeof b === "string") return `${a}\n\n${b}`;
  return [...asParts(a), ...asParts(b)];
}

function asParts(content: Content): ContentPart[] {
  if (typeof content !== "string") return content;
  const part = { base64_data: "", url: "", format: "", mime_type: "", filename: "", detail: "" };
  return content === "" ? [] : [{ ...part, type: "text", data: content }];
}

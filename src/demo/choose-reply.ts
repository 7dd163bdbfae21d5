/** What the demo replies to a conversation, before any limit is applied. */
import { answerText } from "./answer-text.ts";
import { imageCount, messageText } from "./chat-request.ts";
import type { ChatMessage, ChatRequest } from "./chat-request.ts";
import { fillSchema } from "./fill-schema.ts";
import { pickTool } from "./pick-tool.ts";

export type Reply =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly name: string; readonly arguments: string };

export function chooseReply(request: ChatRequest): Reply {
  const results = toolResults(request.messages);
  if (results.length > 0) return { kind: "text", text: quoteResults(results) };
  const question = request.messages.findLast(({ role }) => role === "user");
  const text = question ? messageText(question) : "";
  const tools = (request.tools ?? []).map((tool) => tool.function);
  const tool = pickTool(tools, request.tool_choice ?? "auto", text);
  if (tool) {
    const filled = fillSchema(tool.parameters ?? {}, text);
    return { kind: "call", name: tool.name, arguments: JSON.stringify(filled) };
  }
  return {
    kind: "text",
    text: writeText(request.response_format, text, question ? imageCount(question) : 0),
  };
}

function writeText(format: ChatRequest["response_format"], question: string, images: number): string {
  if (format?.type === "json_schema") {
    return JSON.stringify(fillSchema(format.json_schema.schema ?? {}, question));
  }
  const prose = answerText(question, images);
  return format?.type === "json_object" ? JSON.stringify({ answer: prose }) : prose;
}

/** The results at the end of the conversation: several when tools were called side by side. */
function toolResults(messages: readonly ChatMessage[]): string[] {
  const answered = messages.findLastIndex(({ role }) => role !== "tool");
  return messages.slice(answered + 1).map(messageText);
}

function quoteResults(results: readonly string[]): string {
  const quoted = results.map((result) => `"${result}"`).join(" and ");
  return `The demo endpoint got this from the ${results.length === 1 ? "tool" : "tools"}: ${quoted}.`;
}

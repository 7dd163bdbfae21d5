/** An answer of a language model, put together from the pieces Dify gets. */
import type { LlmChunk } from "../../../contract.ts";

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, whole once the answer is. */
  readonly arguments: string;
}

export interface Answer {
  /** Thoughts included. */
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string | null;
  /** State of the provider's that Dify hands back with the next question. */
  readonly opaqueBody?: unknown;
}

export const NO_ANSWER: Answer = { text: "", toolCalls: [], finishReason: null };

export function extendAnswer(answer: Answer, { delta }: LlmChunk): Answer {
  const { content, tool_calls, opaque_body } = delta.message;
  const text = typeof content === "string" ? content : content.map(({ data }) => data).join("");
  return {
    text: answer.text + text,
    toolCalls: tool_calls.reduce(withCall, answer.toolCalls),
    finishReason: delta.finish_reason ?? answer.finishReason,
    ...(opaque_body === undefined
      ? answer.opaqueBody !== undefined && { opaqueBody: answer.opaqueBody }
      : { opaqueBody: opaque_body }),
  };
}

/** A piece with a new id begins a call; one without continues the last, as Dify joins them. */
function withCall(
  calls: readonly ToolCall[],
  { id, function: { name, arguments: more } }: LlmChunk["delta"]["message"]["tool_calls"][number],
): readonly ToolCall[] {
  const last = calls.at(-1);
  const continues = last !== undefined && (id === "" || id === last.id);
  if (!continues) return [...calls, { id, name, arguments: more }];
  return [...calls.slice(0, -1), { ...last, name: last.name || name, arguments: last.arguments + more }];
}

/** What the model thought stands before its answer, in one `<think>` block that may still be open. */
export function splitThoughts(text: string): { readonly thoughts: string; readonly said: string } {
  const opening = /^\s*<think>\n?/.exec(text);
  if (!opening) return { thoughts: "", said: text };
  const rest = text.slice(opening[0].length);
  const end = rest.indexOf("</think>");
  if (end === -1) return { thoughts: rest, said: "" };
  return { thoughts: rest.slice(0, end), said: rest.slice(end + "</think>".length).trimStart() };
}

/** Indented, if it is JSON; as it is, if it is not. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

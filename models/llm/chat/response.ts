/**
 * Reads a chat answer: a chunk of its stream, or the whole.
 *
 * Nothing here relies on an order or a presence that some server breaks: a delta may be missing, a usage
 * may come at the end or with every chunk, a tool call may come whole or letter by letter.
 */
import type { AnswerWriter } from "../answer-writer.ts";
import type { ToolCallPiece } from "../tool-calls.ts";
import { count, list, record, text } from "../wire-values.ts";

/** Takes one value the server sent. False asks to wait for the writer to drain. */
export function readChat(value: unknown, answer: AnswerWriter): boolean {
  const chunk = record(value);
  readUsage(chunk["usage"], answer);
  const [first] = list(chunk["choices"]);
  if (first === undefined) return true;
  answer.answered = true;
  const choice = record(first);
  answer.finishReason = text(choice["finish_reason"]) || answer.finishReason;
  const message = record(choice["delta"] ?? choice["message"]);
  for (const call of list(message["tool_calls"])) answer.calls.add(readPiece(record(call)));
  if (message["function_call"])
    answer.calls.add({ ...readFunction(message["function_call"]), index: 0, id: "" });
  if (Array.isArray(message["content"])) return readParts(message["content"], answer);
  const thought = text(message["reasoning_content"]) || text(message["reasoning"]);
  const free = answer.thought(thought);
  return answer.text(text(message["content"])) && free;
}

/** Ollama sends zeros before the real count. */
export function readUsage(value: unknown, answer: AnswerWriter): void {
  const usage = record(value);
  const prompt = count(usage["prompt_tokens"]);
  const completion = count(usage["completion_tokens"]);
  if (prompt === undefined || prompt + (completion ?? 0) === 0) return;
  answer.usage = { prompt, completion: completion ?? 0 };
}

/** Mistral's reasoning models send content as parts, thoughts among them. */
function readParts(parts: readonly unknown[], answer: AnswerWriter): boolean {
  let free = true;
  for (const value of parts) {
    const part = record(value);
    const thoughts = list(part["thinking"]).map((thought) => text(record(thought)["text"]));
    free =
      part["type"] === "thinking"
        ? answer.thought(thoughts.join("") || text(part["thinking"]))
        : answer.text(text(part["text"]));
  }
  return free;
}

function readPiece(call: Record<string, unknown>): ToolCallPiece {
  const { index, id } = call;
  return {
    ...readFunction(call["function"]),
    index: typeof index === "number" ? index : undefined,
    id: text(id),
  };
}

/** Ollama's native form and others send the arguments as an object, not as its text. */
function readFunction(value: unknown): Pick<ToolCallPiece, "name" | "arguments"> {
  const { name, arguments: args } = record(value);
  return {
    name: text(name),
    arguments: typeof args === "object" && args !== null ? JSON.stringify(args) : text(args),
  };
}

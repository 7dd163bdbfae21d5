/**
 * Reads a chat answer: a chunk of its stream, or the whole.
 *
 * Nothing here relies on an order or a presence that some server breaks: a delta may be missing, a usage
 * may come at the end or with every chunk, a tool call may come whole or letter by letter.
 */
import type { AnswerWriter } from "../answer-writer.ts";
import { ENTRY_FIELDS, entriesText, THOUGHT_FIELDS } from "../echo.ts";
import type { ToolCallPiece } from "../tool-calls.ts";
import { readUsage } from "../usage.ts";
import { count, list, record, text } from "../wire-values.ts";

/** A function that takes one value the server sent, and returns false to wait for the writer to drain. */
export function chatReader(answer: AnswerWriter): (value: unknown) => boolean {
  return (value) => readChat(value, answer);
}

function readChat(value: unknown, answer: AnswerWriter): boolean {
  const chunk = record(value);
  const choice = readChoice(chunk, answer);
  if (!choice) return true;
  answer.streamed ||= "delta" in choice;
  const delta = record(choice["delta"]);
  // Some servers send the whole message beside an empty delta.
  const whole = !("delta" in choice) || (!answer.answered && !saysSomething(delta) && "message" in choice);
  const message = whole ? record(choice["message"]) : delta;
  answer.finishReason = text(choice["finish_reason"]) || answer.finishReason;
  answer.answered ||= answer.finishReason !== null || saysSomething(message);
  for (const call of list(message["tool_calls"])) {
    if (whole) answer.calls.addWhole(readPiece(record(call)));
    else answer.calls.add(readPiece(record(call)));
  }
  if (message["function_call"]) answer.calls.addLegacy({ ...readFunction(message["function_call"]), id: "" });
  const free = readThoughts(message, answer);
  const { content } = message;
  if (Array.isArray(content)) return readParts(content, answer) && free;
  // A refusal stands in place of content, and is for the person to read.
  return answer.text(text(content) || text(message["refusal"])) && free;
}

/** The choice that is read, the first one seen, once its usage and the chunk's are noted. */
export function readChoice(
  chunk: Record<string, unknown>,
  answer: AnswerWriter,
): Record<string, unknown> | undefined {
  answer.usage = readUsage(chunk["usage"]) ?? answer.usage;
  for (const value of list(chunk["choices"])) {
    const choice = record(value);
    const index = count(choice["index"]) ?? 0;
    answer.choice ??= index;
    if (index !== answer.choice) continue;
    // Moonshot's older API puts the usage here.
    answer.usage = readUsage(choice["usage"]) ?? answer.usage;
    return choice;
  }
  return undefined;
}

const TEXT_FIELDS = ["content", "refusal", ...THOUGHT_FIELDS];
const LIST_FIELDS = ["tool_calls", ...ENTRY_FIELDS];

/** `{}` and garbage in place of a message are no answer. */
function saysSomething(message: Record<string, unknown>): boolean {
  const texts = TEXT_FIELDS.some((field) => typeof message[field] === "string");
  const lists = LIST_FIELDS.some((field) => list(message[field]).length > 0);
  // LiteLLM answers a chat with an embedding model by the numbers of a vector.
  const parts = list(message["content"]).some((part) => typeof part === "string" || typeof part === "object");
  return texts || lists || parts || typeof record(message["function_call"])["name"] === "string";
}

/** Every field servers use; the answer takes the first that says anything. */
function readThoughts(message: Record<string, unknown>, answer: AnswerWriter): boolean {
  if (!mayHoldThoughts(message)) return true;
  let free = true;
  for (const field of THOUGHT_FIELDS) free = answer.thought(text(message[field]), field) && free;
  for (const field of ENTRY_FIELDS) {
    const entries = list(message[field]);
    if (entries.length === 0) continue;
    answer.echo.entries(field, entries);
    free = answer.thought(entriesText(entries), field) && free;
  }
  return free;
}

const THOUGHT_NAMES: ReadonlySet<string> = new Set([...THOUGHT_FIELDS, ...ENTRY_FIELDS]);

/** Nearly all pieces have one field or two: to look at these takes less than to look for all of ours. */
function mayHoldThoughts(message: Record<string, unknown>): boolean {
  for (const name in message) if (THOUGHT_NAMES.has(name)) return true;
  return false;
}

/** Mistral's reasoning models send content as parts, thoughts among them. */
function readParts(parts: readonly unknown[], answer: AnswerWriter): boolean {
  let free = true;
  for (const value of parts) {
    const part = typeof value === "string" ? { text: value } : record(value);
    const thoughts = list(part["thinking"]).map((thought) => text(record(thought)["text"]));
    const taken =
      part["type"] === "thinking"
        ? answer.thought(thoughts.join("") || text(part["thinking"]))
        : answer.text(text(part["text"]));
    free &&= taken;
  }
  return free;
}

function readPiece(call: Record<string, unknown>): ToolCallPiece {
  const { index, id } = call;
  return {
    ...readFunction(call["function"]),
    index: count(typeof index === "string" && index !== "" ? Number(index) : index),
    id: text(id),
    extra: call["extra_content"],
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

/** Reads a completion's answer: a chunk of its stream, or the whole. */
import type { AnswerWriter } from "../answer-writer.ts";
import { readChoice } from "../chat/response.ts";
import { record, text } from "../wire-values.ts";

/** A function that takes one value the server sent, and returns false to wait for the writer to drain. */
export function completionReader(answer: AnswerWriter): (value: unknown) => boolean {
  return (value) => readCompletion(value, answer);
}

function readCompletion(value: unknown, answer: AnswerWriter): boolean {
  const choice = readChoice(record(value), answer);
  if (!choice) return true;
  answer.finishReason = text(choice["finish_reason"]) || answer.finishReason;
  // Some servers answer here as to a chat.
  const content = choice["text"] ?? record(choice["delta"] ?? choice["message"])["content"];
  answer.answered ||= answer.finishReason !== null || typeof content === "string";
  return answer.text(text(content));
}

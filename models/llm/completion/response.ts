/** Reads a completion's answer: a chunk of its stream, or the whole. */
import type { AnswerWriter } from "../answer-writer.ts";
import { readUsage } from "../chat/response.ts";
import { list, record, text } from "../wire-values.ts";

/** A function that takes one value the server sent, and returns false to wait for the writer to drain. */
export function completionReader(answer: AnswerWriter): (value: unknown) => boolean {
  return (value) => readCompletion(value, answer);
}

function readCompletion(value: unknown, answer: AnswerWriter): boolean {
  const chunk = record(value);
  readUsage(chunk["usage"], answer);
  const [first] = list(chunk["choices"]);
  if (first === undefined) return true;
  const choice = record(first);
  answer.finishReason = text(choice["finish_reason"]) || answer.finishReason;
  answer.answered ||= answer.finishReason !== null || typeof choice["text"] === "string";
  return answer.text(text(choice["text"]));
}

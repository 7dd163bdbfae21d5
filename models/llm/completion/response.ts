/** Reads a completion's answer: a chunk of its stream, or the whole. */
import type { AnswerWriter } from "../answer-writer.ts";
import { readUsage } from "../chat/response.ts";
import { list, record, text } from "../wire-values.ts";

/** Takes one value the server sent. False asks to wait for the writer to drain. */
export function readCompletion(value: unknown, answer: AnswerWriter): boolean {
  const chunk = record(value);
  readUsage(chunk["usage"], answer);
  const [first] = list(chunk["choices"]);
  if (first === undefined) return true;
  answer.answered = true;
  const choice = record(first);
  answer.finishReason = text(choice["finish_reason"]) || answer.finishReason;
  return answer.text(text(choice["text"]));
}

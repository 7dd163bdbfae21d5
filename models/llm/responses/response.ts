/**
 * Reads an answer of the Responses API: an event of its stream, or the whole.
 *
 * The stream has no `[DONE]`: it ends with an event that holds the whole answer once more. Events that
 * tell of a failure do not come here.
 */
import type { RequestOf } from "../../../src/dify/requests.ts";
import type { AnswerWriter } from "../answer-writer.ts";
import { readUsage } from "../usage.ts";
import { list, record, text } from "../wire-values.ts";
import { ResponsesOutput } from "./output.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A function that takes one value the server sent, and returns false to wait for the writer to drain. */
export function responsesReader(
  answer: AnswerWriter,
  { stop }: Pick<RequestOf<"invoke_llm">, "stop">,
): (value: unknown) => boolean {
  const output = new ResponsesOutput(answer, stop);
  answer.flush = () => void output.flush();
  return (value) => readResponses(value, answer, output);
}

function readResponses(value: unknown, answer: AnswerWriter, output: ResponsesOutput): boolean {
  const fields = record(value);
  const type = text(fields["type"]);
  if (type.startsWith("response.")) {
    answer.answered = true;
    answer.streamed = true;
    return readEvent(type, fields, answer, output);
  }
  return Array.isArray(fields["output"]) ? readWhole(fields, answer, output) : true;
}

function readEvent(type: string, event: Fields, answer: AnswerWriter, output: ResponsesOutput): boolean {
  const item = record(event["item"]);
  switch (type) {
    case "response.output_item.added":
      output.begin(item, event["output_index"]);
      return true;
    case "response.reasoning_summary_part.added":
      output.beginThought();
      return true;
    case "response.content_part.added":
      output.beginPart(event);
      return true;
    case "response.output_text.done":
      return output.wholePart(text(event["text"]), event);
    case "response.refusal.done":
      return output.wholePart(text(event["refusal"]), event);
    case "response.output_text.delta":
    case "response.refusal.delta":
      return output.text(text(event["delta"]), event);
    case "response.reasoning_summary_text.delta":
      return output.thought(text(event["delta"]), "summary", event);
    // The last two are names vLLM, Open Responses and gateways had for the first.
    case "response.reasoning_text.delta":
    case "response.reasoning.delta":
    case "response.reasoning_content.delta":
      return output.thought(text(event["delta"]), "content", event);
    case "response.function_call_arguments.delta":
      output.calls.piece(event);
      return true;
    case "response.function_call_arguments.done":
      output.calls.done(event);
      return true;
    case "response.output_item.done":
      return output.wholeItem(item, event["output_index"]);
    case "response.completed":
    case "response.incomplete":
    // ChatGPT's own backend, and what is made after it.
    case "response.done":
      return readWhole(record(event["response"]), answer, output);
    default:
      return true;
  }
}

/** The server took the question, and this is all. */
const UNANSWERED: ReadonlySet<string> = new Set(["queued", "in_progress", "cancelled"]);

function readWhole(response: Fields, answer: AnswerWriter, output: ResponsesOutput): boolean {
  const items = list(response["output"]);
  if (items.length === 0 && UNANSWERED.has(text(response["status"]))) return true;
  answer.answered = true;
  answer.ended = true;
  // A gateway may give the text alone, under the name OpenAI's own libraries put it together.
  const alone = items.length === 0 ? output.alone(text(response["output_text"])) : true;
  const free = output.whole(items) && alone;
  answer.usage = readUsage(response["usage"]) ?? answer.usage;
  answer.finishReason = output.stopped
    ? "stop"
    : (limitReached(response) ?? (output.calls.count > 0 ? "tool_calls" : "stop"));
  return free;
}

/** Why the server says that the answer is not complete, in chat's words. */
function limitReached(response: Fields): "length" | "content_filter" | undefined {
  if (response["status"] !== "incomplete") return undefined;
  const { reason } = record(response["incomplete_details"]);
  return reason === "content_filter" ? "content_filter" : "length";
}

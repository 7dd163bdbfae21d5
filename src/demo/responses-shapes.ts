/** A chat answer in the Responses API's two shapes: whole, or as the events of a stream. */
import type { ChatAnswer } from "./chat-answer.ts";
import { tokenPieces } from "./demo-tokens.ts";

export interface ResponsesEvent {
  readonly type: string;
}

export function wholeResponse(answer: ChatAnswer): object {
  const { prompt_tokens, completion_tokens, total_tokens } = answer.usage;
  return {
    ...frame(answer),
    status: status(answer),
    incomplete_details: answer.finishReason === "length" ? { reason: "max_output_tokens" } : null,
    output: [outputItem(answer)],
    usage: {
      input_tokens: prompt_tokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens,
    },
  };
}

/** As OpenAI sends them: what begins, its pieces, then the same whole at each level. */
export function* responseEvents(answer: ChatAnswer): Generator<ResponsesEvent> {
  let number = 0;
  for (const event of events(answer)) yield { ...event, sequence_number: number++ } as ResponsesEvent;
}

function* events(answer: ChatAnswer): Generator<ResponsesEvent & Record<string, unknown>> {
  const started = { ...frame(answer), status: "in_progress", output: [], usage: null };
  yield { type: "response.created", response: started };
  yield { type: "response.in_progress", response: started };
  yield* answer.toolCall ? callEvents(answer) : messageEvents(answer);
  yield { type: "response.output_item.done", output_index: 0, item: outputItem(answer) };
  const last = answer.finishReason === "length" ? "response.incomplete" : "response.completed";
  yield { type: last, response: wholeResponse(answer) };
}

function* messageEvents(answer: ChatAnswer): Generator<ResponsesEvent & Record<string, unknown>> {
  const text = answer.text ?? "";
  const begun = { ...outputItem(answer), status: "in_progress", content: [] };
  const at = { item_id: itemId(answer), output_index: 0, content_index: 0 };
  yield { type: "response.output_item.added", output_index: 0, item: begun };
  yield { type: "response.content_part.added", ...at, part: textPart("") };
  for (const delta of tokenPieces(text)) {
    yield { type: "response.output_text.delta", ...at, delta, logprobs: [] };
  }
  yield { type: "response.output_text.done", ...at, text, logprobs: [] };
  yield { type: "response.content_part.done", ...at, part: textPart(text) };
}

function* callEvents(answer: ChatAnswer): Generator<ResponsesEvent & Record<string, unknown>> {
  const text = answer.toolCall?.function.arguments ?? "";
  const begun = { ...outputItem(answer), status: "in_progress", arguments: "" };
  const at = { item_id: itemId(answer), output_index: 0 };
  yield { type: "response.output_item.added", output_index: 0, item: begun };
  for (const delta of tokenPieces(text)) {
    yield { type: "response.function_call_arguments.delta", ...at, delta };
  }
  yield { type: "response.function_call_arguments.done", ...at, arguments: text };
}

function outputItem(answer: ChatAnswer): object {
  const { toolCall, text } = answer;
  const item = { id: itemId(answer), status: status(answer) };
  return toolCall
    ? { ...item, type: "function_call", call_id: toolCall.id, ...toolCall.function }
    : { ...item, type: "message", role: "assistant", content: [textPart(text ?? "")] };
}

function textPart(text: string): object {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

function frame({ id, created, model }: ChatAnswer): object {
  return {
    id: id.replace("chatcmpl", "resp"),
    object: "response",
    created_at: created,
    model,
    error: null,
    incomplete_details: null,
    store: false,
  };
}

function itemId({ id, toolCall }: ChatAnswer): string {
  return id.replace("chatcmpl", toolCall ? "fc" : "msg");
}

function status({ finishReason }: ChatAnswer): "completed" | "incomplete" {
  return finishReason === "length" ? "incomplete" : "completed";
}

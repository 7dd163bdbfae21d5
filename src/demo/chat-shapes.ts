/** A chat answer in OpenAI's two shapes: whole, or as the chunks of a stream. */
import type { ChatAnswer, ToolCall } from "./chat-answer.ts";
import { tokenPieces } from "./demo-tokens.ts";

export function wholeChat(answer: ChatAnswer): object {
  const { id, created, model, text, toolCall, finishReason, usage } = answer;
  const message = {
    role: "assistant",
    content: text,
    refusal: null,
    ...(toolCall && { tool_calls: [toolCall] }),
  };
  const choice = { index: 0, message, logprobs: null, finish_reason: finishReason };
  return { id, object: "chat.completion", created, model, choices: [choice], usage };
}

/** The role first, then the words or the call, then the reason it ended, and the usage if asked for. */
export function* chatChunks(answer: ChatAnswer, includeUsage: boolean): Generator<object> {
  const { id, created, model, text, toolCall, finishReason, usage } = answer;
  const frame = { id, object: "chat.completion.chunk", created, model };
  // OpenAI's API has a null usage in every chunk before the one that tells it.
  const noUsage = includeUsage ? { usage: null } : {};
  const chunk = (delta: object, reason: string | null = null): object => ({
    ...frame,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    ...noUsage,
  });

  yield chunk({ role: "assistant", content: text === null ? null : "" });
  for (const content of tokenPieces(text ?? "")) yield chunk({ content });
  if (toolCall) yield* callDeltas(toolCall).map((call) => chunk({ tool_calls: [call] }));
  yield chunk({}, finishReason);
  if (includeUsage) yield { ...frame, choices: [], usage };
}

/** Name and id come once, with empty arguments; the arguments follow in pieces. */
function callDeltas({ id, type, function: { name, arguments: text } }: ToolCall): object[] {
  const start = { index: 0, id, type, function: { name, arguments: "" } };
  return [start, ...tokenPieces(text).map((piece) => ({ index: 0, function: { arguments: piece } }))];
}

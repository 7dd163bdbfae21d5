/** `POST /v1/completions`, the legacy route: the chat's prose for a bare prompt. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { answerText } from "./answer-text.ts";
import { cutAnswer } from "./cut-answer.ts";
import type { CutText } from "./cut-answer.ts";
import { countTokens, tokenPieces } from "./demo-tokens.ts";
import { stopSequences, streamOptions, tokenLimit } from "./sampling-fields.ts";
import { textInput } from "./text-input.ts";
import { tokenUsage } from "./token-usage.ts";
import type { TokenUsage } from "./token-usage.ts";

export const completionRequest = z.object({
  model: z.string(),
  prompt: textInput,
  max_tokens: tokenLimit,
  stop: stopSequences,
  n: z.literal(1, "The demo gives one answer.").nullish(),
  stream: z.boolean().nullish(),
  stream_options: streamOptions,
});

export interface Completion {
  readonly frame: object;
  /** One for each prompt. */
  readonly answers: readonly CutText[];
  readonly usage: TokenUsage;
}

export function complete(request: z.output<typeof completionRequest>): Completion {
  const prompts = [request.prompt].flat();
  const limits = { maxTokens: request.max_tokens ?? undefined, stop: request.stop };
  const answers = prompts.map((prompt) => cutAnswer(answerText(prompt), limits));
  return {
    frame: {
      id: `cmpl-demo-${randomUUID()}`,
      object: "text_completion",
      created: Math.floor(Date.now() / 1000),
      model: request.model,
    },
    answers,
    usage: tokenUsage(totalTokens(prompts), totalTokens(answers.map(({ text }) => text))),
  };
}

export function wholeCompletion({ frame, answers, usage }: Completion): object {
  const choices = answers.map(({ text, finishReason }, index) => choice(index, text, finishReason));
  return { ...frame, choices, usage };
}

export function* completionChunks(completion: Completion, includeUsage: boolean): Generator<object> {
  const { frame, answers, usage } = completion;
  const noUsage = includeUsage ? { usage: null } : {};
  for (const [index, { text, finishReason }] of answers.entries()) {
    for (const piece of tokenPieces(text))
      yield { ...frame, choices: [choice(index, piece, null)], ...noUsage };
    yield { ...frame, choices: [choice(index, "", finishReason)], ...noUsage };
  }
  if (includeUsage) yield { ...frame, choices: [], usage };
}

function choice(index: number, text: string, finishReason: string | null): object {
  return { index, text, logprobs: null, finish_reason: finishReason };
}

function totalTokens(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + countTokens(text), 0);
}

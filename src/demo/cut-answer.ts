/** What `stop` and the token limit leave of an answer. */
import { tokenPieces } from "./demo-tokens.ts";

export interface CutText {
  readonly text: string;
  readonly finishReason: "stop" | "length";
}

export interface Limits {
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
}

/** Ends before the first `stop` sequence, or at the token limit where that comes sooner. */
export function cutAnswer(answer: string, limits: Limits): CutText {
  const ends = limits.stop
    .filter((sequence) => sequence !== "")
    .map((sequence) => answer.indexOf(sequence))
    .filter((index) => index >= 0);
  const written = answer.slice(0, Math.min(answer.length, ...ends));
  const pieces = tokenPieces(written);
  const { maxTokens = Infinity } = limits;
  if (pieces.length <= maxTokens) return { text: written, finishReason: "stop" };
  return { text: pieces.slice(0, maxTokens).join(""), finishReason: "length" };
}

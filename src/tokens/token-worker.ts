/** The thread that counts; see `TokenCounter`. */
import { parentPort } from "node:worker_threads";
import { countTokens, isWithinTokenLimit } from "gpt-tokenizer/encoding/o200k_base";
import type { Answer, Question } from "./token-counter.ts";

/**
 * The tokenizer takes quadratic time over text without breaks (100,000 Chinese characters: seconds), so
 * that long runs are counted in pieces; each cut miscounts by a token at most.
 */
const LONG_RUN = /\S{128}(?=\S)|\s{128}(?=\s)/gu;

/** `<|endoftext|>` and the like are text here, not commands. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

function* piecesOf(text: string): Generator<string> {
  let start = 0;
  for (const run of text.matchAll(LONG_RUN)) {
    const end = run.index + run[0].length;
    yield text.slice(start, end);
    start = end;
  }
  yield text.slice(start);
}

function count(text: string): number {
  let total = 0;
  for (const piece of piecesOf(text)) total += countTokens(piece, AS_TEXT);
  return total;
}

/** The text's first `limit` tokens, but no half character at the end. */
function cut(text: string, limit: number): string {
  let left = limit;
  let length = 0;
  for (const piece of piecesOf(text)) {
    const tokens = isWithinTokenLimit(piece, left, AS_TEXT);
    if (tokens === false) return text.slice(0, length + lengthWithin(piece, left));
    left -= tokens;
    length += piece.length;
  }
  return text;
}

/**
 * How much of the text has no more tokens than that, by halving. Tokens are not turned back into text:
 * the library's decoder keeps half a character for its next call.
 */
function lengthWithin(text: string, limit: number): number {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isWithinTokenLimit(text.slice(0, middle), limit, AS_TEXT) === false) high = middle - 1;
    else low = middle;
  }
  return /[\uD800-\uDBFF]$/.test(text.slice(0, low)) ? low - 1 : low;
}

parentPort?.on("message", ({ id, texts, limit }: Question) => {
  const answer: Answer =
    limit === undefined
      ? { id, counts: texts.map(count) }
      : { id, texts: texts.map((text) => cut(text, limit)) };
  parentPort?.postMessage(answer);
});

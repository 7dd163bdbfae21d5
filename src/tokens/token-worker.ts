/** The thread that counts; see `TokenCounter`. */
import { parentPort } from "node:worker_threads";
import { countTokens, decode, encodeGenerator } from "gpt-tokenizer/encoding/o200k_base";
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
    const tokens = firstTokens(piece, left + 1);
    if (tokens.length > left) return text.slice(0, length + wholeLength(piece, tokens.slice(0, left)));
    left -= tokens.length;
    length += piece.length;
  }
  return text;
}

/** At least `enough` tokens, when the text has as many. */
function firstTokens(text: string, enough: number): number[] {
  const tokens: number[] = [];
  for (const some of encodeGenerator(text, AS_TEXT)) {
    tokens.push(...some);
    if (tokens.length >= enough) break;
  }
  return tokens;
}

/** How much of the text the tokens stand for; a token may end within a character. */
function wholeLength(text: string, tokens: readonly number[]): number {
  let start = decode(tokens);
  while (!text.startsWith(start)) start = start.slice(0, -1);
  return /[\uD800-\uDBFF]$/.test(start) ? start.length - 1 : start.length;
}

parentPort?.on("message", ({ id, texts, limit }: Question) => {
  const answer: Answer =
    limit === undefined
      ? { id, counts: texts.map(count) }
      : { id, texts: texts.map((text) => cut(text, limit)) };
  parentPort?.postMessage(answer);
});

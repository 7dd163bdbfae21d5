/** The thread that counts; see `TokenCounter`. */
import { parentPort } from "node:worker_threads";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

/**
 * The tokenizer takes quadratic time over text without breaks (100,000 Chinese characters: seconds), so
 * that long runs are counted in pieces; each cut miscounts by a token at most.
 */
const LONG_RUN = /\S{128}(?=\S)|\s{128}(?=\s)/gu;

/** `<|endoftext|>` and the like are text here, not commands. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

function count(text: string): number {
  let total = 0;
  let start = 0;
  for (const run of text.matchAll(LONG_RUN)) {
    const end = run.index + run[0].length;
    total += countTokens(text.slice(start, end), AS_TEXT);
    start = end;
  }
  return total + countTokens(text.slice(start), AS_TEXT);
}

parentPort?.on("message", ({ id, texts }: { id: number; texts: string[] }) => {
  parentPort?.postMessage({ id, counts: texts.map(count) });
});

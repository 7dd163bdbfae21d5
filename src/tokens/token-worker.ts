/** The thread that counts; see `TokenCounter`. */
import { parentPort } from "node:worker_threads";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";

/**
 * The tokenizer takes quadratic time over text without blanks (100,000 equal characters: seconds), so
 * long texts are counted in slices; each cut miscounts by a token at most.
 */
const SLICE = 4_096;

/** `<|endoftext|>` and the like are text here, not commands. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

function count(text: string): number {
  let total = 0;
  for (let start = 0; start < text.length; start += SLICE) {
    total += countTokens(text.slice(start, start + SLICE), AS_TEXT);
  }
  return total;
}

parentPort?.on("message", ({ id, texts }: { id: number; texts: string[] }) => {
  parentPort?.postMessage({ id, counts: texts.map(count) });
});

/** What a person's text offers for filling in a schema: names, numbers, words. */
import { wordsOf } from "./demo-tokens.ts";

export interface TextHints {
  readonly text: string;
  mentions(value: unknown): boolean;
  /** The next name in the text, the last one again when all are used. */
  nextString(): string;
  /** The next number in the text, the last one again when all are used; undefined when there is none. */
  nextNumber(): number | undefined;
}

const word = String.raw`[\p{L}\p{N}_][\p{L}\p{M}\p{N}_'’\-]*`;
/** Two letters at least, so that "I" is no name. */
const name = String.raw`\p{Lu}[\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}_'’\-]*`;
/** Only within a sentence: every first word has a capital. "New York" is one name. */
const names = new RegExp(String.raw`(?<=[^\s.!?]\s+["'“‘(]*)${name}(?:\s+${name})*`, "gu");
const places = new RegExp(String.raw`(?<![\p{L}\p{N}_])(?:in|for)\s+(?:(?:the|an?)\s+)?(${word})`, "giu");
const words = new RegExp(word, "gu");
const numbers = /(?<![\p{L}\p{N}_.])-?\d+(?:\.\d+)?/gu;

export function readHints(text: string): TextHints {
  const mentionable = ` ${wordsOf(text).join(" ")} `;
  return {
    text,
    mentions: (value) => {
      const wanted = wordsOf(String(value).replaceAll("_", " ")).join(" ");
      return wanted !== "" && mentionable.includes(` ${wanted} `);
    },
    nextString: supply(stringsIn(text), "demo"),
    nextNumber: supply(
      matches(text, numbers).map((digits) => Number(digits)),
      undefined,
    ),
  };
}

/** Every word of the text as it is written. */
export function writtenWords(text: string): string[] {
  return matches(text, words);
}

function stringsIn(text: string): string[] {
  const named = matches(text, names);
  if (named.length > 0) return named;
  const placed = [...text.matchAll(places)].flatMap((match) => match[1] ?? []);
  return placed.length > 0 ? placed : writtenWords(text).slice(-1);
}

function matches(text: string, pattern: RegExp): string[] {
  return text.match(pattern) ?? [];
}

function supply<T, U>(items: readonly T[], none: U): () => T | U {
  let next = 0;
  return () => {
    const item = items[Math.min(next, items.length - 1)];
    next += 1;
    return item ?? none;
  };
}

/** What models ask of the tokenizer; `TokenCounter` does it. */

/** Counts tokens offline; one count for each text. */
export type CountTokens = (texts: readonly string[]) => Promise<number[]>;

/** Counts, and cuts texts to their first `limit` tokens. Neither ever fails. */
export interface Tokens {
  count: CountTokens;
  cut(texts: readonly string[], limit: number): Promise<string[]>;
}

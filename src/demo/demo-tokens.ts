/**
 * The demo's own tokens: a word, a number, one Chinese or Japanese character, or one punctuation mark.
 *
 * No model's tokenizer: only stable, cheap and easy to count by hand.
 */

const token =
  /\s*(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}_]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+|\S)(?:\s+$)?/gv;

/** The text in pieces of one token each, blanks included: joined, they are the text again. */
export function tokenPieces(text: string): string[] {
  // Nothing but blanks is one piece: the pattern would try them all from every position.
  if (text.trim() === "") return text === "" ? [] : [text];
  return text.match(token) ?? [];
}

export function countTokens(text: string): number {
  return tokenPieces(text).length;
}

/** The words of a text, lower-cased and without punctuation. */
export function wordsOf(text: string): string[] {
  return tokenPieces(text.normalize("NFKC").toLowerCase())
    .map((piece) => piece.trim())
    .filter((piece) => /[\p{L}\p{N}]/v.test(piece));
}

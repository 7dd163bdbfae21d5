/** Ends a text before the first stop word in it, for servers that cannot; takes the text in pieces. */
export class StopWords {
  /** Whether a stop word ended the text. */
  reached = false;
  readonly #words: readonly string[];
  /** The end of what was taken, which may be the beginning of a stop word. */
  #held = "";

  constructor(words: readonly string[]) {
    this.#words = words.filter((word) => word !== "");
  }

  /** What is certain to stand before any stop word. */
  take(piece: string): string {
    if (this.reached || this.#words.length === 0) return this.reached ? "" : piece;
    const text = this.#held + piece;
    const ends = this.#words.map((word) => text.indexOf(word)).filter((index) => index >= 0);
    this.reached = ends.length > 0;
    const end = this.reached ? Math.min(...ends) : text.length - this.#unsure(text);
    this.#held = this.reached ? "" : text.slice(end);
    return text.slice(0, end);
  }

  /** What was held back, once nothing can follow it. */
  rest(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** How much of the text's end a stop word begins with. */
  #unsure(text: string): number {
    const lengths = this.#words.map((word) => {
      let length = Math.min(word.length - 1, text.length);
      while (length > 0 && !text.endsWith(word.slice(0, length))) length -= 1;
      return length;
    });
    return Math.max(...lengths);
  }
}

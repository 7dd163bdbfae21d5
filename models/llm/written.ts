/** Everything a model wrote, for servers that do not say how many tokens it was. */

/** Characters that are kept: a million tokens or so, which is more than any model writes at once. */
const MAX_KEPT = 2_000_000;

/** So many pieces become one text: a token of four letters takes 40 bytes by itself. */
const PIECES = 64;

export class Written {
  readonly #texts: string[] = [];
  readonly #pieces: string[] = [];
  #kept = 0;
  #length = 0;

  add(text: string): void {
    this.#length += text.length;
    if (this.#kept >= MAX_KEPT) return;
    this.#kept += text.length;
    if (this.#pieces.push(text) < PIECES) return;
    this.#texts.push(this.#pieces.join(""));
    this.#pieces.length = 0;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** All of it, or its beginning. */
  get text(): string {
    return this.#texts.join("") + this.#pieces.join("");
  }

  /** How many times as long all of it is as `text`. */
  get times(): number {
    return this.#kept === 0 ? 1 : this.#length / this.#kept;
  }
}

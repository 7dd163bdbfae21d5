/** Everything a model wrote, for servers that do not say how many tokens it was. */

/** Characters that are kept: a million tokens or so, which is more than any model writes at once. */
const MAX_KEPT = 2_000_000;

export class Written {
  readonly #pieces: string[] = [];
  #kept = 0;
  #length = 0;

  add(text: string): void {
    this.#length += text.length;
    if (this.#kept >= MAX_KEPT) return;
    this.#pieces.push(text);
    this.#kept += text.length;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** All of it, or its beginning. */
  get text(): string {
    return this.#pieces.join("");
  }

  /** How many times as long all of it is as `text`. */
  get times(): number {
    return this.#kept === 0 ? 1 : this.#length / this.#kept;
  }
}

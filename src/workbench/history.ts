/** The calls of this launch: the newest ones, within bounds. */
import type { CallRecord } from "./call-record.ts";
import type { History as Shown } from "./contract.ts";

export const KEEPS = { calls: 100, bytes: 64 * 1024 * 1024 } as const;

export class History {
  readonly #keeps: { readonly calls: number; readonly bytes: number };
  /** The newest last. */
  readonly #records: CallRecord[] = [];
  #dropped = 0;

  constructor(keeps: { readonly calls: number; readonly bytes: number } = KEEPS) {
    this.#keeps = keeps;
  }

  get keeps(): { readonly calls: number; readonly bytes: number } {
    return this.#keeps;
  }

  get shown(): Shown {
    return { calls: this.#records.toReversed().map(({ summary }) => summary), dropped: this.#dropped };
  }

  add(record: CallRecord): void {
    this.#records.push(record);
    this.trim();
  }

  find(id: string): CallRecord | undefined {
    return this.#records.find((record) => record.id === id);
  }

  /** Lets the oldest go while there are too many; the newest stays, whatever its size. */
  trim(): void {
    while (
      this.#records.length > 1 &&
      (this.#records.length > this.#keeps.calls || this.#bytes > this.#keeps.bytes)
    ) {
      this.#records.shift();
      this.#dropped += 1;
    }
  }

  get #bytes(): number {
    return this.#records.reduce((sum, { kept }) => sum + kept.bytes, 0);
  }
}

/**
 * What is known for a while: the newest subjects, each until its time is over.
 */
export class Memory<T> {
  readonly #entries = new Map<string, { value: T; until: number }>();
  readonly #size: number;

  /** @param size subjects kept; the one told longest ago is forgotten first */
  constructor(size: number) {
    this.#size = size;
    memories.push(this);
  }

  get(subject: string): T | undefined {
    const entry = this.#entries.get(subject);
    return entry !== undefined && entry.until > Date.now() ? entry.value : undefined;
  }

  /** @param lifetime in milliseconds */
  set(subject: string, value: T, lifetime: number): void {
    this.#entries.delete(subject);
    this.#entries.set(subject, { value, until: Date.now() + lifetime });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#size) break;
      this.#entries.delete(oldest);
    }
  }

  delete(subject: string): void {
    this.#entries.delete(subject);
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** Each module has its own, for as long as the process lives. */
const memories: { clear(): void }[] = [];

/** As if the process had just begun: for who tries a server that may have changed. */
export function forgetAll(): void {
  for (const memory of memories) memory.clear();
}

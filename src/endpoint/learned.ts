/**
 * What servers taught us: which address answered, which fields they refuse. Kept in memory, bounded, and
 * forgotten after an hour, because a server's settings change under us.
 */

const LIFETIME_MS = 3_600_000;
const MAX_LESSONS = 500;

/** Lessons by subject, such as an operation's address and a model. */
export class Learned<T> {
  readonly #lessons = new Map<string, { lesson: T; until: number }>();
  readonly #nothing: T;
  readonly #now: () => number;

  /** @param nothing what is known about a subject before anything was learned */
  constructor(nothing: T, now: () => number = Date.now) {
    this.#nothing = nothing;
    this.#now = now;
  }

  about(subject: string): T {
    const entry = this.#lessons.get(subject);
    return entry !== undefined && entry.until > this.#now() ? entry.lesson : this.#nothing;
  }

  /** @param lifetime milliseconds until it is forgotten */
  remember(subject: string, lesson: T, lifetime = LIFETIME_MS): void {
    this.#lessons.delete(subject);
    this.#lessons.set(subject, { lesson, until: this.#now() + lifetime });
    for (const oldest of this.#lessons.keys()) {
      if (this.#lessons.size <= MAX_LESSONS) break;
      this.#lessons.delete(oldest);
    }
  }
}

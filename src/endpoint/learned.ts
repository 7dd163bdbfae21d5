/**
 * What servers taught us: which address answered, which fields they refuse. Kept in memory, bounded, and
 * forgotten after an hour, because a server's settings change under us.
 */
const LIFETIME_MS = 3_600_000;
const MAX_LESSONS = 500;

/** Lessons by subject, such as an operation's address and a model. */
export class Learned<Lesson> {
  readonly #lessons = new Map<string, { lesson: Lesson; until: number }>();
  readonly #nothing: Lesson;
  readonly #now: () => number;

  /** @param nothing what holds before anything was learned */
  constructor(nothing: Lesson, now: () => number = Date.now) {
    this.#nothing = nothing;
    this.#now = now;
  }

  about(subject: string): Lesson {
    const entry = this.#lessons.get(subject);
    return entry !== undefined && entry.until > this.#now() ? entry.lesson : this.#nothing;
  }

  remember(subject: string, lesson: Lesson): void {
    this.#lessons.delete(subject);
    this.#lessons.set(subject, { lesson, until: this.#now() + LIFETIME_MS });
    for (const oldest of this.#lessons.keys()) {
      if (this.#lessons.size <= MAX_LESSONS) break;
      this.#lessons.delete(oldest);
    }
  }
}

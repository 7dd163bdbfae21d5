/**
 * What servers taught us: which address answered, which fields they refuse. Kept in memory, bounded, and
 * forgotten after an hour, because a server's settings change under us.
 */
import type { Adaptation } from "./refusals.ts";

export interface Lesson {
  /** Which candidate answered; 0 is the first choice. */
  readonly candidate: number;
  readonly adaptations: readonly Adaptation[];
}

export const NOTHING: Lesson = { candidate: 0, adaptations: [] };
const LIFETIME_MS = 3_600_000;
const MAX_LESSONS = 500;

/** Lessons by subject: an operation's address and a model. */
export class Learned<T> {
  readonly #lessons = new Map<string, { lesson: T; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  about(subject: string): T | undefined {
    const entry = this.#lessons.get(subject);
    return entry !== undefined && entry.until > this.#now() ? entry.lesson : undefined;
  }

  remember(subject: string, lesson: T): void {
    this.#lessons.delete(subject);
    this.#lessons.set(subject, { lesson, until: this.#now() + LIFETIME_MS });
    for (const oldest of this.#lessons.keys()) {
      if (this.#lessons.size <= MAX_LESSONS) break;
      this.#lessons.delete(oldest);
    }
  }
}

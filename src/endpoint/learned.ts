/**
 * What servers taught us: which address answered, which fields they refuse. Kept in memory, bounded, and
 * forgotten after an hour, because a server's settings change under us.
 */
import { Memory } from "./memory.ts";
import type { Adaptation } from "./adaptation.ts";

export interface Lesson {
  /** Which of the candidate URLs answered; 0 is the first choice. */
  readonly candidate: number;
  readonly adaptations: readonly Adaptation[];
}

const NOTHING: Lesson = { candidate: 0, adaptations: [] };
const LIFETIME_MS = 3_600_000;
const MAX_LESSONS = 500;

/** Lessons by subject: an operation's address and a model. */
export class Learned {
  readonly #lessons = new Memory<Lesson>(MAX_LESSONS);

  about(subject: string): Lesson {
    return this.#lessons.get(subject) ?? NOTHING;
  }

  remember(subject: string, lesson: Lesson): void {
    this.#lessons.set(subject, lesson, LIFETIME_MS);
  }
}

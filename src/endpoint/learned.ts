/**
 * What servers taught us: which address answered, which fields they refuse. Kept in memory, bounded, and
 * forgotten after an hour, because a server's settings change under us.
 */
import { Memory } from "./memory.ts";

const LIFETIME_MS = 3_600_000;
const MAX_LESSONS = 500;

/** Lessons by subject, such as an operation's address and a model. */
export class Learned<Lesson> {
  readonly #lessons = new Memory<Lesson>(MAX_LESSONS);

  /** Undefined before anything was learned. */
  about(subject: string): Lesson | undefined {
    return this.#lessons.get(subject);
  }

  /** @param lifetime milliseconds until it is forgotten */
  remember(subject: string, lesson: Lesson, lifetime = LIFETIME_MS): void {
    this.#lessons.set(subject, lesson, lifetime);
  }
}

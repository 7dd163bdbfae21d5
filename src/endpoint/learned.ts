/**
 * What servers taught us: which address answered, which fields they refuse. Kept in memory, bounded, and
 * forgotten after an hour, because a server's settings change under us.
 */
import type { Adaptation } from "./refusals.ts";

export interface Lesson {
  /** Operation → the URL that answered, where it is not the first choice. */
  readonly urls: Readonly<Record<string, string>>;
  readonly adaptations: readonly Adaptation[];
}

const NOTHING: Lesson = { urls: {}, adaptations: [] };
const LIFETIME_MS = 3_600_000;
const MAX_LESSONS = 500;

export class Learned {
  readonly #lessons = new Map<string, { lesson: Lesson; until: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  about(base: string, model: string): Lesson {
    const entry = this.#lessons.get(keyOf(base, model));
    return entry !== undefined && entry.until > this.#now() ? entry.lesson : NOTHING;
  }

  rememberUrl(base: string, model: string, operation: string, url: string): void {
    const { urls, adaptations } = this.about(base, model);
    this.#store(base, model, { urls: { ...urls, [operation]: url }, adaptations });
  }

  rememberAdaptation(base: string, model: string, adaptation: Adaptation): void {
    const { urls, adaptations } = this.about(base, model);
    this.#store(base, model, { urls, adaptations: [...adaptations, adaptation] });
  }

  /** Forgets what was learned, after it turned out to be wrong. */
  forget(base: string, model: string): void {
    this.#lessons.delete(keyOf(base, model));
  }

  #store(base: string, model: string, lesson: Lesson): void {
    const key = keyOf(base, model);
    this.#lessons.delete(key);
    this.#lessons.set(key, { lesson, until: this.#now() + LIFETIME_MS });
    for (const oldest of this.#lessons.keys()) {
      if (this.#lessons.size <= MAX_LESSONS) break;
      this.#lessons.delete(oldest);
    }
  }
}

function keyOf(base: string, model: string): string {
  return `${base}\n${model}`;
}

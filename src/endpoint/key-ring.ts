/**
 * Several keys for one server. They take turns, because each has a rate limit of its own, and one that
 * failed is left alone for a while.
 */
import type { EndpointError, FailureKind } from "./endpoint-error.ts";
import { Memory } from "./memory.ts";

/** What another key may mend; the first is the likeliest to pass. */
const KEY_FAILURES: readonly FailureKind[] = ["rate-limited", "no-credit", "no-permission", "bad-key"];

/** How long a key is left alone, in milliseconds, unless the server says how long it is to wait. */
const REST_MS = 60_000;
const LONG_REST_MS = 300_000;

const MAX_KEYS_KNOWN = 1_000;
const LIFETIME_MS = 3_600_000;

/** By server, model and key. */
const turns = new Memory<number>(MAX_KEYS_KNOWN);
const resting = new Memory<number>(MAX_KEYS_KNOWN);
let turn = 0;

export class KeyRing {
  readonly #keys: readonly string[];
  readonly #subject: string;

  /** @param subject the server and the model: one model's rate limit says nothing about another's */
  constructor(keys: readonly string[], subject: string) {
    this.#keys = keys;
    this.#subject = subject;
  }

  /**
   * The keys to try, best first: the one used longest ago. Those at rest are left out, unless all are;
   * then the one whose rest ends soonest is the best.
   */
  inTurn(): readonly string[] {
    if (this.#keys.length === 1) return this.#keys;
    const awake = this.#keys.filter((key) => resting.get(this.#name(key)) === undefined);
    return awake.length > 0 ? this.#sorted(awake, turns) : this.#sorted(this.#keys, resting);
  }

  use(key: string): void {
    if (this.#keys.length === 1) return;
    turns.set(this.#name(key), (turn += 1), LIFETIME_MS);
  }

  worked(key: string): void {
    resting.delete(this.#name(key));
  }

  failed(key: string, { kind, facts }: EndpointError): void {
    const wanted = kind === "rate-limited" ? (facts.retryAfter ?? REST_MS) : LONG_REST_MS;
    const rest = Math.min(wanted, LONG_REST_MS);
    resting.set(this.#name(key), Date.now() + rest, rest);
  }

  #name(key: string): string {
    return `${this.#subject}\n${key}`;
  }

  #sorted(keys: readonly string[], by: Memory<number>): readonly string[] {
    const value = (key: string): number => by.get(this.#name(key)) ?? 0;
    return keys.toSorted((a, b) => value(a) - value(b));
  }
}

export function isKeyFailure({ kind }: EndpointError): boolean {
  return KEY_FAILURES.includes(kind);
}

/** Of the failures of several keys, the one that is the likeliest to pass. */
export function bestKeyFailure(failures: readonly EndpointError[]): EndpointError | undefined {
  return failures.toSorted((a, b) => KEY_FAILURES.indexOf(a.kind) - KEY_FAILURES.indexOf(b.kind))[0];
}

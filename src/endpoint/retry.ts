/**
 * Whether and when to ask again after a failure.
 */
import type { EndpointError, FailureKind } from "./endpoint-error.ts";

/** Attempts at the same request; alternative addresses and changed requests are not counted here. */
const MAX_ATTEMPTS = 4;

/** Longer than this nobody should wait in silence: the failure is reported with the server's wish. */
const MAX_WAIT_MS = 20_000;

const FIRST_WAIT_MS = 500;

const PASSING_KINDS: ReadonlySet<FailureKind> = new Set([
  "rate-limited",
  "overloaded",
  "loading",
  "server-error",
  "network",
  "truncated",
]);

/** What cannot be sent at all does not become possible. */
const IMPOSSIBLE: ReadonlySet<string> = new Set([
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
  "ERR_INVALID_URL",
]);

const PASSING_STATUSES: ReadonlySet<number> = new Set([408, 409, 429, 500, 502, 503, 504]);

/**
 * Milliseconds to wait before the same request may be sent again; undefined when it should not be.
 *
 * @param attempt how often it was sent, from 1
 * @param random from 0 to 1: many clients must not come back at the same moment
 */
export function retryDelay(error: EndpointError, attempt: number, random: number): number | undefined {
  if (attempt >= MAX_ATTEMPTS || !mayPass(error)) return undefined;
  const wait = error.facts.retryAfter ?? FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + random / 2);
  return wait > MAX_WAIT_MS ? undefined : wait;
}

/** Passing slips of a server that works: one more request is cheaper than leaving it. */
const SLIPS: ReadonlySet<FailureKind> = new Set(["overloaded", "server-error", "network", "truncated"]);

const MAX_HURRIED_WAIT_MS = 1_000;

/** The same where another key or server is at hand: once, at once, and only what is soon over. */
export function hurriedDelay(error: EndpointError, attempt: number, random: number): number | undefined {
  const wait = attempt === 1 && SLIPS.has(error.kind) ? retryDelay(error, attempt, random) : undefined;
  return wait !== undefined && wait <= MAX_HURRIED_WAIT_MS ? wait : undefined;
}

function mayPass({ kind, facts }: EndpointError): boolean {
  if (facts.shouldRetry !== undefined) return facts.shouldRetry;
  if (facts.permanent || IMPOSSIBLE.has(facts.code ?? "")) return false;
  if (kind === "deadline") return facts.deadline === "connect" || facts.status === 408;
  if (facts.status !== undefined && facts.status >= 400 && !PASSING_STATUSES.has(facts.status)) return false;
  return PASSING_KINDS.has(kind) || (kind === "bad-request" && facts.status === 409);
}

/** What `retry-after-ms` or `retry-after` ask for, in milliseconds. @param now milliseconds since 1970 */
export function readRetryAfter(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  now: number,
): number | undefined {
  const milliseconds = Number.parseFloat(String(headers["retry-after-ms"] ?? ""));
  if (milliseconds >= 0) return milliseconds;
  const text = String(headers["retry-after"] ?? "");
  const seconds = Number(text);
  if (text !== "" && seconds >= 0) return seconds * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

export function readShouldRetry(header: string | string[] | undefined): boolean | undefined {
  return header === "true" ? true : header === "false" ? false : undefined;
}

import { onAbort } from "./abort.ts";
import type { Operation } from "./address.ts";
import type { Answer } from "./answer.ts";
import { EndpointError } from "./endpoint-error.ts";
import type { Deadlines } from "./http.ts";
import type { RequestLimits } from "./request-limits.ts";

/** One way to put a question, and how its answer is read. */
export interface Way<T> {
  /** Absent: asks by GET. A function where it is large, and mostly not needed. */
  body?: object | (() => object);
  /** Sends the fields of the body as a form. */
  form?: boolean;
  /** Reads the answer; called again, from the start, when the request is tried again. */
  read: (answer: Answer) => Promise<T>;
  /** Matches the end of the paths it is meant for; absent: all. */
  path?: RegExp;
  /** Its path serves models that are refused, or not known, at the server's other paths. */
  ownModels?: true;
  /** Whether to try it once another way failed so; absent: when the server understood something else. */
  after?: (error: EndpointError) => boolean;
}

/** One question to a server. */
export interface Call<T> extends Way<T> {
  operation: Operation;
  /** Other ways to put the question, to be tried in this order at a server that refuses the first. */
  others?: readonly Way<T>[];
  /** Tells questions of one operation apart that are put in different ways. */
  variant?: string;
  /** The name sent to the server. */
  model: string;
  signal: AbortSignal;
  /** Gets one line whenever a request was changed to please the server, or went elsewhere. */
  log: (message: string) => void;
  /** Milliseconds the whole call may take at most; then nothing is asked a second time. */
  within?: number;
  /** True once parts of an answer were passed on: then nothing is tried again. */
  passedOn?: () => boolean;
  /** Waits its turn: only so many requests to this base are in flight, and so many are sent a minute. */
  limits?: RequestLimits;
}

/** The same question with other bodies. */
export function withBodies<W extends Way<unknown>>(way: W, change: (body: object) => object): W {
  const { body } = way;
  const changed = typeof body === "function" ? () => change(body()) : body && change(body);
  return { ...way, ...(changed && { body: changed }) };
}

/** Requests one call may cost, whatever they are for. */
const MAX_REQUESTS = 6;

/** What is left of a call's requests, and when it must end. Shared by all who work on the call. */
export interface Budget {
  requests: number;
  readonly signal: AbortSignal;
}

/**
 * Runs a call with a budget of its own: its signal is the caller's, and ends at the total deadline, or at a
 * shorter one of the call's. Nothing is left of it when the call is over: `AbortSignal.timeout` would keep
 * what hangs on it until the deadline.
 */
export async function withBudget<T>(
  { signal, within }: Pick<Call<unknown>, "signal" | "within">,
  { total }: Deadlines,
  run: (budget: Budget) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  const clock = setTimeout(
    () => controller.abort(new DOMException("The call took too long.", "TimeoutError")),
    Math.min(total, within ?? total),
  );
  const forget = onAbort(signal, stop);
  try {
    return await run({ requests: MAX_REQUESTS, signal: controller.signal });
  } finally {
    clearTimeout(clock);
    forget();
  }
}

/** Whether anything else may be tried after this. */
export function mayGoOn(
  error: unknown,
  { passedOn }: Pick<Call<unknown>, "passedOn">,
  { requests, signal }: Budget,
): error is EndpointError {
  return error instanceof EndpointError && !passedOn?.() && requests > 0 && !signal.aborted;
}

/** Whether another key or server is at hand for this: then the same one is hardly asked again. */
export type Elsewhere = (error: EndpointError) => boolean;

import type { Operation } from "./address.ts";
import type { Answer } from "./answer.ts";
import { EndpointError } from "./endpoint-error.ts";
import { callSignal, type Deadlines } from "./http.ts";

/** One question to a server, and how its answer is read. */
export interface Call<T> {
  operation: Operation;
  /** Absent: asks by GET. */
  body?: object;
  /** Sends the fields of `body` as a form. */
  form?: boolean;
  /** The name sent to the server. */
  model: string;
  signal: AbortSignal;
  /** Reads the answer; called again, from the start, when the request is tried again. */
  read: (answer: Answer) => Promise<T>;
  /** True once parts of an answer were passed on: then nothing is tried again. */
  passedOn?: () => boolean;
}

/** Requests one call may cost, whatever they are for. */
const MAX_REQUESTS = 6;

/** What is left of a call's requests, and when it must end. Shared by all who work on the call. */
export interface Budget {
  requests: number;
  readonly signal: AbortSignal;
}

export function budgetOf({ signal }: Pick<Call<unknown>, "signal">, deadlines: Deadlines): Budget {
  return { requests: MAX_REQUESTS, signal: callSignal(deadlines, signal) };
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

/**
 * One HTTP exchange, and what its exceptions mean.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { exchange, type HttpAnswer } from "./exchange.ts";
import { EndpointError, type Deadline, type FailureFacts, type FailureKind } from "./endpoint-error.ts";
import { dispatcherFor, type NetworkOptions } from "./network.ts";
import { oncePerText } from "./once-per.ts";

/** Milliseconds. */
export interface Deadlines {
  /** From the request to the first byte of the answer's body. */
  firstByte: number;
  /** Between two pieces of the answer. */
  idle: number;
  /** A whole call, all its attempts together. */
  total: number;
}

/** Written before anyone else gets a turn. */
const TURN_BYTES = 1024 * 1024;

export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  /** In pieces. */
  body?: readonly Uint8Array[];
}

/** Where undici sends a request to. */
const targetOf = oncePerText((url) => {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: pathname + search };
});

/** Sends a request. Any status is an answer; what is thrown is read by `transportFailure`. */
export function send(
  { method, url, headers, body }: HttpRequest,
  deadlines: Deadlines,
  network: NetworkOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const options = {
    ...targetOf(url),
    method,
    ...payload(headers, body),
    headersTimeout: deadlines.firstByte,
    // Whoever reads the body watches its pace.
    bodyTimeout: 0,
  };
  return exchange(dispatcherFor(network), options, signal);
}

function payload(
  headers: HttpRequest["headers"],
  pieces: readonly Uint8Array[] = [],
): Pick<Dispatcher.DispatchOptions, "headers" | "body"> {
  const [first = null, ...more] = pieces;
  if (more.length === 0) return { headers, body: first };
  const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  // undici takes any iterable, which its types do not tell.
  return { headers: { ...headers, "content-length": String(bytes) }, body: inTurns(pieces) as never };
}

/** A network that is fast enough would take all of a large body in one go, while everyone else waits. */
async function* inTurns(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for (const piece of pieces) {
    yield piece;
    bytes += piece.length;
    if (bytes < TURN_BYTES) continue;
    bytes = 0;
    // oxlint-disable-next-line no-await-in-loop
    await nextTurn();
  }
}

/** Where an answer redirects to; undefined when it does not. */
export function redirectTarget({ statusCode, headers }: HttpAnswer, url: string): string | undefined {
  const { location } = headers;
  if (statusCode < 301 || statusCode > 308 || typeof location !== "string") return undefined;
  return URL.canParse(location, url) ? new URL(location, url).href : undefined;
}

/** A redirect is followed within the origin, so that no key leaves it, and where a POST stays a POST. */
export function mayFollow(method: string, status: number, from: string, to: string): boolean {
  const keepsMethod = method === "GET" || status === 307 || status === 308;
  return keepsMethod && new URL(from).origin === new URL(to).origin;
}

const DEADLINE_CODES: Readonly<Record<string, Deadline>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect",
  UND_ERR_HEADERS_TIMEOUT: "first byte",
};

/** What an exception of the transport means. `answered` tells whether the head of an answer had come. */
export function transportFailure(error: unknown, facts: FailureFacts, answered: boolean): EndpointError {
  if (error instanceof EndpointError) return error;
  const options = { cause: error };
  const name = error instanceof Error ? error.name : "";
  if (name === "TimeoutError") return new EndpointError("deadline", { ...facts, deadline: "total" }, options);
  const code = errorCode(error);
  const deadline = DEADLINE_CODES[code];
  if (deadline) return new EndpointError("deadline", { ...facts, deadline }, options);
  const kind = networkKind(error, code, answered);
  if (name === "AbortError" && kind !== "proxy") return new EndpointError("aborted", facts, options);
  return new EndpointError(kind, { ...facts, ...(code && { code }) }, options);
}

function networkKind(error: unknown, code: string, answered: boolean): FailureKind {
  if (answered) return "truncated";
  // undici has no code for a proxy that refuses to connect.
  if (error instanceof Error && /^Proxy (?:response|Authentication)/.test(error.message)) return "proxy";
  return /CERT|SIGNATURE|ISSUER|^ERR_(?:TLS|SSL)/.test(code) ? "certificate" : "network";
}

/** Node wraps the failures of several addresses, undici those of a socket: the innermost code tells. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  const own = "code" in error && typeof error.code === "string" ? error.code : "";
  return errorCode(inner) || own;
}

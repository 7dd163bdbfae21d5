/**
 * One HTTP exchange over a shared pool of connections, with its deadlines.
 */
import { Agent, request, type Dispatcher } from "undici";
import { EndpointError, type Deadline, type FailureFacts } from "./endpoint-error.ts";

/** Milliseconds. */
export interface Deadlines {
  connect: number;
  /** From the request to the head of the answer. */
  firstByte: number;
  /** Between two pieces of the answer. */
  idle: number;
  /** The whole exchange. */
  total: number;
}

export interface HttpRequest {
  method: "GET" | "POST";
  url: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
}

export type HttpAnswer = Dispatcher.ResponseData;

/**
 * Connections are kept for reuse, but not for long: many servers and proxies drop an idle one without
 * saying so, and a request on it would fail.
 */
const KEEP_ALIVE_MS = 4_000;

const agents = new Map<number, Agent>();

function agentFor(connectTimeout: number): Agent {
  const known = agents.get(connectTimeout);
  if (known) return known;
  const agent = new Agent({
    connect: { timeout: connectTimeout },
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    // Long-lived streams multiplexed over one connection would hold each other up.
    allowH2: false,
  });
  agents.set(connectTimeout, agent);
  return agent;
}

/** The signal that ends an exchange: its caller's, or the total deadline. */
export function exchangeSignal(deadlines: Deadlines, caller: AbortSignal): AbortSignal {
  return AbortSignal.any([caller, AbortSignal.timeout(deadlines.total)]);
}

/** Sends a request. Any status is an answer; what undici throws is read by `transportFailure`. */
export function send(
  { method, url, headers, body }: HttpRequest,
  deadlines: Deadlines,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return request(url, {
    method,
    headers,
    body: body ?? null,
    signal,
    headersTimeout: deadlines.firstByte,
    bodyTimeout: deadlines.idle,
    dispatcher: agentFor(deadlines.connect),
  });
}

const DEADLINE_CODES: Readonly<Record<string, Deadline>> = {
  UND_ERR_CONNECT_TIMEOUT: "connect",
  UND_ERR_HEADERS_TIMEOUT: "first byte",
  UND_ERR_BODY_TIMEOUT: "idle",
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
  if (name === "AbortError" || code === "UND_ERR_ABORTED")
    return new EndpointError("aborted", facts, options);
  return new EndpointError(answered ? "truncated" : "network", { ...facts, ...(code && { code }) }, options);
}

/** Node wraps the failures of several addresses, undici those of a socket: the innermost code tells. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  const own = "code" in error && typeof error.code === "string" ? error.code : "";
  return errorCode(inner) || own;
}

/**
 * What went over the wire while something ran, byte for byte and with its times.
 *
 * undici tells of every request on Node's diagnostics channels; the asynchronous context tells whose it
 * was. So the code that is watched knows nothing of it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";

/** One request with its answer. Nothing in it is masked. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Absent when no answer came. */
  status?: number;
  answerHeaders: Readonly<Record<string, string>>;
  /** Milliseconds from the request to the head of the answer. */
  headAfter?: number;
  /** As they were read from the network; `after` in milliseconds from the request. */
  readonly reads: { readonly after: number; readonly bytes: Buffer }[];
}

/** The watched code's exchanges, in order; the last ones may still grow. */
export type Wire = Exchange[];

interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: unknown;
}

interface Watched {
  readonly exchange: Exchange;
  readonly started: number;
}

interface Watch {
  readonly wire: Wire | undefined;
  readonly tally: Tally;
}

/** How many requests were sent. */
export interface Tally {
  requests: number;
}

const watches = new AsyncLocalStorage<Watch>();
const watched = new WeakMap<object, Watched>();
let listening = false;

/** Runs something and notes into `wire` what it sends and gets. */
export function watch<T>(wire: Wire, run: () => Promise<T>): Promise<T> {
  listen();
  return watches.run({ wire, tally: watches.getStore()?.tally ?? { requests: 0 } }, run);
}

/** Runs something and counts all that is sent in it, whoever else watches parts of it. */
export function count<T>(tally: Tally, run: () => Promise<T>): Promise<T> {
  listen();
  return watches.run({ wire: undefined, tally }, run);
}

/** The answer's body, as it came. */
export function bodyOf({ reads }: Exchange): Buffer {
  return Buffer.concat(reads.map(({ bytes }) => bytes));
}

/** Milliseconds from the request to the last byte of the answer; undefined without an answer. */
export function tookOf({ reads, headAfter }: Exchange): number | undefined {
  return reads.at(-1)?.after ?? headAfter;
}

function listen(): void {
  if (listening) return;
  listening = true;
  subscribe("undici:request:create", (message) => begin((message as { request: UndiciRequest }).request));
  subscribe("undici:request:bodyChunkSent", (message) => {
    const { request, chunk } = message as { request: UndiciRequest; chunk: Uint8Array };
    const found = watched.get(request);
    // A body in pieces shows as they leave.
    if (!found || request.body instanceof Uint8Array) return;
    found.exchange.body = Buffer.concat([found.exchange.body, chunk]);
  });
  subscribe("undici:request:headers", (message) => {
    const { request, response } = message as {
      request: UndiciRequest;
      response: { statusCode: number; headers: readonly Buffer[] };
    };
    const found = watched.get(request);
    if (!found) return;
    found.exchange.status = response.statusCode;
    found.exchange.answerHeaders = pairs(response.headers.map(String));
    found.exchange.headAfter = performance.now() - found.started;
  });
  subscribe("undici:request:bodyChunkReceived", (message) => {
    const { request, chunk } = message as { request: UndiciRequest; chunk: Uint8Array };
    const found = watched.get(request);
    // A copy: the parser uses its memory again.
    found?.exchange.reads.push({ after: performance.now() - found.started, bytes: Buffer.from(chunk) });
  });
}

function begin(request: UndiciRequest): void {
  const store = watches.getStore();
  // A proxy is asked to connect before the request itself.
  if (!store || request.method === "CONNECT") return;
  store.tally.requests += 1;
  const exchange: Exchange = {
    method: request.method,
    url: new URL(request.path, request.origin).href,
    headers: pairs(request.headers),
    body: request.body instanceof Uint8Array ? Buffer.from(request.body) : Buffer.alloc(0),
    answerHeaders: {},
    reads: [],
  };
  watched.set(request, { exchange, started: performance.now() });
  store.wire?.push(exchange);
}

function pairs(flat: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (let i = 0; i + 1 < flat.length; i += 2) found[(flat[i] ?? "").toLowerCase()] = flat[i + 1] ?? "";
  return found;
}

/**
 * What went wrong at a server, as facts.
 *
 * The kind is read from the body first and from the status only when the body says nothing: real servers
 * answer a bad key with 400, an unknown model with 503 and a wrong path with 200.
 */
import type { Operation } from "./operations.ts";

export type FailureKind =
  | "bad-key"
  | "no-permission"
  | "no-credit"
  | "rate-limited"
  | "model-unknown"
  | "path-unknown"
  /** The server sends the request elsewhere, where it may not follow. */
  | "redirected"
  | "parameter-refused"
  | "too-long"
  /** Too many texts in one request. */
  | "batch-too-large"
  /** The model, or the server as it was started, cannot do this at all. */
  | "not-supported"
  | "content-filter"
  | "bad-request"
  | "overloaded"
  | "loading"
  | "server-error"
  /** A page for a browser in place of an answer. */
  | "web-page"
  /** The answer is no answer of such a server: nothing, or other data. */
  | "not-an-api"
  /** A stream that ended without a word. */
  | "no-answer"
  /** The answer broke off. */
  | "truncated"
  /** No answer: name, route or connection. */
  | "network"
  /** The server's certificate is not trusted, or is another host's. */
  | "certificate"
  /** The proxy refused to connect. */
  | "proxy"
  | "deadline"
  | "aborted";

export type Deadline = "connect" | "first byte" | "idle" | "total";

export interface FailureFacts {
  /** What was asked for. */
  operation?: Operation;
  method: string;
  /** Secrets masked. */
  url: string;
  status?: number;
  /** The name sent to the server. */
  model?: string;
  /** The server's own words, or the first characters of what it sent; secrets masked. */
  words?: string;
  /** How the key was sent, such as `Authorization: Bearer`; absent without a key. */
  keySentAs?: string;
  /** What an answer of this operation must have, and this one lacks. */
  missing?: string;
  /** What else is wrong with the answer, in our words. */
  why?: string;
  /** There were images in the request. */
  withImages?: true;
  /** The stream failed, but the same question is answered as a whole. */
  answersWhole?: true;
  /** The request field the server named. */
  param?: string;
  /** The server named another field to use in its place. */
  replacement?: string;
  /** The bound the words give: a batch size, a context length, the largest value of `param`. */
  limit?: number;
  /** The server knows that field, but does not like its value. */
  valueOnly?: boolean;
  /** Asking again will not help, whatever the status suggests. */
  permanent?: boolean;
  /** How long the server asks to wait, in milliseconds. */
  retryAfter?: number;
  /** The server's own word on trying again. */
  shouldRetry?: boolean;
  /** Other addresses that were tried in vain; secrets masked. */
  tried?: readonly string[];
  /** Where the server sends the request instead; secrets masked. */
  location?: string;
  /** The system's name for a network failure, such as `ECONNREFUSED`. */
  code?: string;
  deadline?: Deadline;
  /** Which of several keys was sent, from 1, and how many others failed in the same call. */
  key?: { position: number; count: number; others?: number };
  /** The server stands in for another. */
  ofFallback?: true;
  /** How the server failed that was to stand in. */
  fallback?: unknown;
}

export class EndpointError extends Error {
  override readonly name = "EndpointError";
  readonly kind: FailureKind;
  readonly facts: FailureFacts;

  constructor(kind: FailureKind, facts: FailureFacts, options?: ErrorOptions) {
    super(`${kind}: ${facts.method} ${facts.url}`, options);
    this.kind = kind;
    this.facts = facts;
  }
}

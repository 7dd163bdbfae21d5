/**
 * The one place where a server's failure becomes words for a person and a class for Dify.
 *
 * Dify shows the text in a toast of 360 px, without line breaks, for six seconds: the cause comes first,
 * then the form field to change, then the facts.
 */
import { DifyError, type ErrorType } from "../src/dify/errors.ts";
import { InvalidAddress } from "../src/endpoint/address.ts";
import {
  EndpointError,
  type Deadline,
  type FailureFacts,
  type FailureKind,
} from "../src/endpoint/endpoint-error.ts";
import { fieldLabel } from "./field-labels.ts";
import type { Complaint } from "./settings.ts";

/** The class each kind has for Dify; load balancing and screens hang on it. */
const CLASSES: Readonly<Record<FailureKind, ErrorType>> = {
  "bad-key": "InvokeAuthorizationError",
  "no-permission": "InvokeAuthorizationError",
  "no-credit": "InvokeRateLimitError",
  "rate-limited": "InvokeRateLimitError",
  "model-unknown": "InvokeBadRequestError",
  "path-unknown": "InvokeBadRequestError",
  "parameter-refused": "InvokeBadRequestError",
  "too-long": "InvokeBadRequestError",
  "batch-too-large": "InvokeBadRequestError",
  "not-supported": "InvokeBadRequestError",
  "content-filter": "InvokeBadRequestError",
  "bad-request": "InvokeBadRequestError",
  overloaded: "InvokeServerUnavailableError",
  loading: "InvokeServerUnavailableError",
  "server-error": "InvokeServerUnavailableError",
  redirected: "InvokeBadRequestError",
  "web-page": "InvokeBadRequestError",
  "not-an-api": "InvokeBadRequestError",
  truncated: "InvokeConnectionError",
  network: "InvokeConnectionError",
  certificate: "InvokeConnectionError",
  proxy: "InvokeConnectionError",
  deadline: "InvokeConnectionError",
  aborted: "InvokeConnectionError",
};

const DEADLINE_FIELDS: Readonly<Record<Deadline, string>> = {
  connect: "connect_timeout",
  "first byte": "first_byte_timeout",
  idle: "idle_timeout",
  total: "request_timeout",
};

/** The same fields for the server that stands in. */
const FALLBACK_FIELDS: Readonly<Record<string, string>> = {
  endpoint_url: "fallback_url",
  api_key: "fallback_api_key",
  endpoint_model_name: "fallback_model",
};

/** Cause and remedy in one sentence. */
function cause(
  kind: FailureKind,
  { status, code, deadline, param, location, retryAfter, key, ofFallback }: FailureFacts,
): string {
  const label = (field: string): string =>
    fieldLabel((ofFallback === true ? FALLBACK_FIELDS[field] : undefined) ?? field);
  const whichKey = `${label("api_key")}${key ? ` ${key.position} of ${key.count}` : ""}`;
  const wait = retryAfter === undefined ? "" : `; it asks to wait ${Math.ceil(retryAfter / 1000)} s`;
  switch (kind) {
    case "bad-key":
      if (key) return `${whichKey} was refused by the server.`;
      return `The server refused the key: check ${label("api_key")}.`;
    case "no-permission":
      if (key) return `${whichKey} may not do this: check its rights.`;
      return `The key may not do this: check its rights, or ${label("api_key")}.`;
    case "no-credit":
      return `The account behind ${whichKey} has no credit left.`;
    case "rate-limited":
      return `The server asks to slow down${wait}.`;
    case "model-unknown":
      if (ofFallback)
        return `The server does not know the model: check ${label("endpoint_model_name")}; embeddings need the same name there.`;
      return `The server does not know the model: check ${label("endpoint_model_name")} or the model's name.`;
    case "path-unknown":
      return `The server has nothing at this address: check ${label("endpoint_url")}.`;
    case "parameter-refused":
      return `The server refused ${param ? `the parameter "${param}"` : "a parameter"}.`;
    case "too-long":
      if (status === 413) return "The request is too large for the server.";
      return `The input is too long for the model: check ${label("context_size")}.`;
    case "batch-too-large":
      return `The server takes fewer texts at a time: check ${label("max_chunks")}.`;
    case "not-supported":
      return "The model, or the server as it was started, cannot do this.";
    case "content-filter":
      return "The server's content filter refused this.";
    case "bad-request":
      return `The server refused the request${param ? `, naming "${param}"` : ""}.`;
    case "overloaded":
      return `The server is overloaded${wait}.`;
    case "loading":
      return "The server is still loading the model: try again in a moment.";
    case "server-error":
      return "The server failed.";
    case "redirected":
      return `The server sends requests elsewhere${location ? `: try ${location} as ${label("endpoint_url")}` : ""}.`;
    case "web-page":
      return `The address leads to a web page, not to an API: check ${label("endpoint_url")}.`;
    case "not-an-api":
      return `The answer is not that of an OpenAI-compatible API: check ${label("endpoint_url")}.`;
    case "truncated":
      return `The answer broke off before its end${code ? ` (${code})` : ""}.`;
    case "network":
      return `The server cannot be reached${code ? ` (${code})` : ""}: check ${label("endpoint_url")}.`;
    case "certificate":
      return `The server's certificate is not trusted${code ? ` (${code})` : ""}: enter its authority as ${label("ca_certificate")}.`;
    case "proxy":
      return `The proxy refused to connect: check ${label("proxy_url")}.`;
    case "deadline":
      return deadline
        ? `The server took longer than ${label(DEADLINE_FIELDS[deadline])} allows.`
        : `The server gave up waiting${status ? ` (${status})` : ""}.`;
    case "aborted":
      return "The plugin is stopping.";
  }
}

function facts({ status, method, url, model, words, tried, key }: FailureFacts): string {
  const answered = status === undefined ? "No answer" : status;
  const named = model === undefined ? "" : `, model "${model}"`;
  const sent = key ? `, key ${key.position} of ${key.count}${alike(key.others)}` : "";
  const others = tried?.length ? ` (tried ${tried.join(", ")} as well)` : "";
  return `${answered} from ${method} ${url}${named}${sent}${others}${words ? `: ${words}` : ""}`;
}

function alike(others = 0): string {
  return others === 0 ? "" : ` (${others} more failed as well)`;
}

function sentence({ kind, facts: known }: EndpointError): string {
  const whose = known.ofFallback ? "Fallback: " : "";
  return `${whose}${cause(kind, known)}${fallbackToo(known.fallback)} ${facts(known)}`;
}

function fallbackToo(failure: unknown): string {
  if (!(failure instanceof Error)) return "";
  const words = failure instanceof EndpointError ? cause(failure.kind, failure.facts) : failure.message;
  return ` The fallback failed as well: ${words}`;
}

/** A failure of a running call. What is neither the server's nor the form's fault passes unchanged. */
export function invocationFailure(error: unknown): unknown {
  if (error instanceof EndpointError) {
    return new DifyError(CLASSES[error.kind], sentence(error), { cause: error });
  }
  if (error instanceof InvalidAddress) {
    return new DifyError("InvokeBadRequestError", addressComplaint(error), { cause: error });
  }
  return error;
}

/** The same failure while the form is being saved: one class, shown under the form. */
export function validationFailure(error: unknown): unknown {
  const failure = invocationFailure(error);
  return failure instanceof DifyError
    ? new DifyError("CredentialsValidateFailedError", failure.message, { cause: failure })
    : failure;
}

/** The form holds values that make no sense. */
export function formFailure(complaints: readonly Complaint[]): DifyError {
  const sentences = complaints.map(({ field, reason }) => `${fieldLabel(field)} ${reason}.`);
  return new DifyError("CredentialsValidateFailedError", sentences.join(" "));
}

function addressComplaint({ reason }: InvalidAddress): string {
  return `${fieldLabel("endpoint_url")} ${reason}. It should look like https://host/v1.`;
}

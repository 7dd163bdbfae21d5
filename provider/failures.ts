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

/** The form fields behind parameters of the request that go by another name, or are easily overlooked. */
const PARAM_FIELDS: Readonly<Record<string, string>> = {
  voice: "voices",
  speed: "speed",
  instructions: "instructions",
  language: "language",
};

function remedy(param: string | undefined): string {
  const field = PARAM_FIELDS[param ?? ""];
  return field === undefined ? "" : `: check ${fieldLabel(field)}`;
}

/** Cause and remedy in one sentence. */
function cause(
  kind: FailureKind,
  { status, code, deadline, param, location, retryAfter }: FailureFacts,
): string {
  const wait = retryAfter === undefined ? "" : `; it asks to wait ${Math.ceil(retryAfter / 1000)} s`;
  switch (kind) {
    case "bad-key":
      return `The server refused the key: check ${fieldLabel("api_key")}.`;
    case "no-permission":
      return `The key may not do this: check its rights, or ${fieldLabel("api_key")}.`;
    case "no-credit":
      return `The account behind ${fieldLabel("api_key")} has no credit left.`;
    case "rate-limited":
      return `The server asks to slow down${wait}.`;
    case "model-unknown":
      return `The server does not know the model: check ${fieldLabel("endpoint_model_name")} or the model's name.`;
    case "path-unknown":
      return `The server has nothing at this address: check ${fieldLabel("endpoint_url")}.`;
    case "parameter-refused":
      return `The server refused ${param ? `the parameter "${param}"` : "a parameter"}${remedy(param)}.`;
    case "too-long":
      if (status === 413) return "The request is too large for the server.";
      return `The input is too long for the model: check ${fieldLabel("context_size")}.`;
    case "batch-too-large":
      return `The server takes fewer texts at a time: check ${fieldLabel("max_chunks")}.`;
    case "not-supported":
      return "The model, or the server as it was started, cannot do this.";
    case "content-filter":
      return "The server's content filter refused this.";
    case "bad-request":
      return `The server refused the request${param ? `, naming "${param}"` : ""}${remedy(param)}.`;
    case "overloaded":
      return `The server is overloaded${wait}.`;
    case "loading":
      return "The server is still loading the model: try again in a moment.";
    case "server-error":
      return "The server failed.";
    case "redirected":
      return `The server sends requests elsewhere${location ? `: try ${location} as ${fieldLabel("endpoint_url")}` : ""}.`;
    case "web-page":
      return `The address leads to a web page, not to an API: check ${fieldLabel("endpoint_url")}.`;
    case "not-an-api":
      return `The answer is not that of an OpenAI-compatible API: check ${fieldLabel("endpoint_url")}.`;
    case "truncated":
      return `The answer broke off before its end${code ? ` (${code})` : ""}.`;
    case "network":
      return `The server cannot be reached${code ? ` (${code})` : ""}: check ${fieldLabel("endpoint_url")}.`;
    case "certificate":
      return `The server's certificate is not trusted${code ? ` (${code})` : ""}: enter its authority as ${fieldLabel("ca_certificate")}.`;
    case "proxy":
      return `The proxy refused to connect: check ${fieldLabel("proxy_url")}.`;
    case "deadline":
      return deadline
        ? `The server took longer than ${fieldLabel(DEADLINE_FIELDS[deadline])} allows.`
        : `The server gave up waiting${status ? ` (${status})` : ""}.`;
    case "aborted":
      return "The plugin is stopping.";
  }
}

function facts({ status, method, url, model, words, tried }: FailureFacts): string {
  const answered = status === undefined ? "No answer" : status;
  const named = model === undefined ? "" : `, model "${model}"`;
  const others = tried?.length ? ` (tried ${tried.join(", ")} as well)` : "";
  return `${answered} from ${method} ${url}${named}${others}${words ? `: ${words}` : ""}`;
}

/** A failure of a running call. What is neither the server's nor the form's fault passes unchanged. */
export function invocationFailure(error: unknown): unknown {
  if (error instanceof EndpointError) {
    const message = `${cause(error.kind, error.facts)} ${facts(error.facts)}`;
    return new DifyError(CLASSES[error.kind], message, { cause: error });
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

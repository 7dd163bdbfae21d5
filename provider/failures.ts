/**
 * The one place where a server's failure becomes words for a person and a class for Dify.
 *
 * Dify shows the text in a toast of 360 px, without line breaks, for six seconds: the cause comes first,
 * then the form field to change, then the facts.
 */
import { DifyError, type ErrorType } from "../src/dify/errors.ts";
import { InvalidAddress } from "../src/endpoint/address.ts";
import { EndpointError, type FailureFacts, type FailureKind } from "../src/endpoint/endpoint-error.ts";
import type { Operation } from "../src/endpoint/operations.ts";
import { addressReason, complaintsTold, type Complaint } from "./complaints.ts";
import { diagnose, type Finding, type Findings } from "./diagnose.ts";
import { messageLanguage, type Language } from "./language.ts";
import type { Settings } from "./settings.ts";

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
  "no-answer": "InvokeServerUnavailableError",
  truncated: "InvokeConnectionError",
  network: "InvokeConnectionError",
  certificate: "InvokeConnectionError",
  proxy: "InvokeConnectionError",
  deadline: "InvokeConnectionError",
  aborted: "InvokeConnectionError",
};

/** What an LLM's operation is called in the form. */
const MODES: Partial<Record<Operation, string>> = {
  "chat/completions": "chat",
  completions: "completion",
  responses: "responses",
};

/** The same fields for the server that stands in. */
const FALLBACK_FIELDS: Readonly<Record<string, string>> = {
  endpoint_url: "fallback_url",
  api_key: "fallback_api_key",
  endpoint_model_name: "fallback_model",
};

/** Whether and how a key was sent matters to these. */
const ABOUT_KEYS: ReadonlySet<FailureKind> = new Set(["bad-key", "no-permission"]);

/** What happened, without judgement: it stays the same in every language but for a few words. */
function told(kind: FailureKind, facts: FailureFacts, language: Language): string {
  const { status, code, method, url, model, operation, tried, words } = facts;
  const mode = operation && MODES[operation];
  const about = [
    ...(model === undefined ? [] : [`model "${model}"`]),
    ...(mode === undefined ? [] : [`mode ${mode}`]),
    ...(ABOUT_KEYS.has(kind) || status === 401 || facts.key ? [keyTold(facts)] : []),
    ...(tried?.length ? [`tried ${tried.join(", ")} as well`] : []),
  ];
  const answered = `${status ?? { en: "No answer", zh: "无应答" }[language]}${code ? ` (${code})` : ""}`;
  return `${[`${answered} from ${method} ${url}`, ...about].join(", ")}${words ? `: ${words}` : ""}`;
}

function keyTold({ keySentAs, key }: FailureFacts): string {
  if (keySentAs === undefined) return "no key sent";
  const which = key ? `key ${key.position} of ${key.count}` : "key";
  return `${which} sent as ${keySentAs}${key?.others ? ` (${key.others} more failed as well)` : ""}`;
}

/** What a failure is, and what to change in the form. */
export function findingOf(error: EndpointError, form: Settings, found?: Findings): Finding {
  const { ofFallback, key } = error.facts;
  const keys = ofFallback ? form.fallback_api_key : form.api_key;
  const server = {
    endpoint_url: ofFallback ? (form.fallback_url?.base ?? "") : form.endpoint_url,
    api_key: keys[(key?.position ?? 1) - 1] ?? "",
    extra_body: form.extra_body,
    fields: ofFallback ? FALLBACK_FIELDS : {},
  };
  return diagnose(error, server, found);
}

/** The message of a failure, for a person. */
function messageOf(error: EndpointError, form: Settings, found?: Findings): string {
  const language = messageLanguage();
  const cause = findingOf(error, form, found).text[language];
  const { fallback, ofFallback } = error.facts;
  const whose = ofFallback ? { en: "Fallback: ", zh: "备用服务器：" }[language] : "";
  return `${whose}${cause}${fallbackToo(fallback, form, language)} ${told(error.kind, error.facts, language)}`;
}

function fallbackToo(failure: unknown, form: Settings, language: Language): string {
  if (!(failure instanceof Error)) return "";
  const words = failure instanceof EndpointError ? findingOf(failure, form).text[language] : failure.message;
  return ` ${{ en: "The fallback failed as well:", zh: "备用服务器也失败了：" }[language]} ${words}`;
}

/** A failure of a running call. What is neither the server's nor the form's fault passes unchanged. */
export function invocationFailure(error: unknown, form: Settings, found?: Findings): unknown {
  if (error instanceof EndpointError) {
    return new DifyError(CLASSES[error.kind], messageOf(error, form, found), { cause: error });
  }
  if (error instanceof InvalidAddress) {
    const complaint = { field: "endpoint_url", reason: addressReason(error.reason) };
    return new DifyError("InvokeBadRequestError", complaintsTold([complaint], messageLanguage()), {
      cause: error,
    });
  }
  return error;
}

/**
 * The same failure while the form is being saved: one class, shown under the form.
 *
 * @param last the last answer, for failures of what it said
 */
export function validationFailure(
  error: unknown,
  form: Settings,
  found?: Findings,
  last?: FailureFacts,
): unknown {
  const failure = invocationFailure(error, form, found);
  if (!(failure instanceof DifyError)) return failure;
  const isOfAnswer = failure === error && last !== undefined;
  const facts = isOfAnswer ? ` ${told("not-an-api", last, messageLanguage())}` : "";
  return new DifyError("CredentialsValidateFailedError", `${failure.message}${facts}`, { cause: failure });
}

/** The form holds values that make no sense. */
export function formFailure(complaints: readonly Complaint[]): DifyError {
  return new DifyError("CredentialsValidateFailedError", complaintsTold(complaints, messageLanguage()));
}

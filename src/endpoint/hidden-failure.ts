/** Tells a failure sent as a success: with status 200, or as a piece of a stream. */
import { asFields } from "./body-parts.ts";

/** Every good answer, or piece of one, has one of these. */
const ANSWER_NAMES = [
  "choices",
  "data",
  "results",
  "text",
  "object",
  "embedding",
  "embeddings",
  "models",
  "voices",
  "segments",
  "delta",
  "audio",
  "output",
];

const WORD_NAMES = ["message", "msg", "error_msg", "error_message", "errorMessage", "err", "reason"];

/** Beside words, these make a failure: a piece of text alone may be anything. */
const CODE_NAMES = ["code", "type", "status", "statusCode", "error_code", "request_id", "success"];

/**
 * Whether an answer is a failure in disguise: `{"error":…}` beside whatever else, `{"object":"error"}`, or
 * words with a code where the answer should be. `{"error":null,"choices":[…]}` is none.
 */
export function isFailure(value: unknown): boolean {
  // Gemini puts its error into an array; the array of a rerank answer holds none.
  const fields = asFields(Array.isArray(value) ? value[0] : value);
  if (saysSomething(fields["error"]) || fields["object"] === "error") return true;
  if (Array.isArray(value)) return false;
  return isFailedResponse(fields) || hasFailedChoice(fields) || isRefused(fields) || isFlatFailure(fields);
}

/** The Responses API: `{"type":"response.failed","response":{"error":…}}`, or the failed response itself. */
function isFailedResponse({ type, object, status, response }: Readonly<Record<string, unknown>>): boolean {
  const failed = type === "response.failed" || (object === "response" && status === "failed");
  return failed || saysSomething(asFields(response)["error"]);
}

/** OpenRouter: the vendor failed midway. */
function hasFailedChoice(fields: Readonly<Record<string, unknown>>): boolean {
  const { choices } = fields;
  if (!Array.isArray(choices)) return false;
  return choices.some((choice) => {
    const { error, finish_reason: reason } = asFields(choice);
    return saysSomething(error) || reason === "error";
  });
}

/** MiniMax: `base_resp` is in every answer, with a code of 0 in good ones. */
function isRefused(fields: Readonly<Record<string, unknown>>): boolean {
  const code = asFields(fields["base_resp"])["status_code"];
  return typeof code === "number" && code !== 0;
}

/** DashScope, SiliconFlow, Novita: `{"code":…,"message":…}`; FastAPI: `{"detail":…}`; Cloudflare: `{"errors":[…]}`. */
function isFlatFailure(fields: Readonly<Record<string, unknown>>): boolean {
  if (ANSWER_NAMES.some((name) => fields[name] !== undefined && fields[name] !== null)) return false;
  if (saysSomething(fields["detail"]) || saysSomething(fields["errors"])) return true;
  if (isSuccess(fields["code"])) return false;
  const speaks = WORD_NAMES.some((name) => typeof fields[name] === "string" && fields[name] !== "");
  return speaks && CODE_NAMES.some((name) => name in fields);
}

function isSuccess(code: unknown): boolean {
  // The long one is BytePlus's.
  return (
    code === 0 ||
    code === 200 ||
    code === 20_000_000 ||
    (typeof code === "string" && /^(?:0|200|ok|success)$/i.test(code))
  );
}

function saysSomething(error: unknown): boolean {
  if (typeof error === "object" && error !== null) return Object.keys(error).length > 0;
  return typeof error === "string" ? error.trim() !== "" : error === true;
}

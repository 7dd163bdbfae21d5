/**
 * From the body of a failure to its meaning.
 *
 * Servers agree on neither shape nor status: the reason stands under `error.message`, `error`, `message`,
 * `detail` or other names, in an array, as a JSON string, as plain text or as a web page.
 */
import type { FailureKind } from "./endpoint-error.ts";

export interface ServerWords {
  /** What the server said, in one line. Empty when it said nothing. */
  text: string;
  /** The server's own identifiers: code, type, status. */
  labels: readonly string[];
  /** The request field it named. */
  param?: string;
}

const MAX_WORDS = 300;

/** Reads a body, JSON or not, for the words in it. */
export function readServerWords(body: string): ServerWords {
  const value = parse(body);
  if (value === undefined) return { text: clip(stripHtml(body)), labels: [] };
  const source = Array.isArray(value) ? value[0] : value;
  const fields = asRecord(source);
  const inner = asRecord(fields["error"]);
  const labels = [
    inner["code"],
    inner["type"],
    inner["status"],
    fields["code"],
    fields["type"],
    fields["reason"],
  ];
  const param = inner["param"] ?? fields["param"];
  return {
    text: clip(findText(source)),
    labels: labels.filter((label) => typeof label === "string"),
    ...(typeof param === "string" && param !== "" && { param }),
  };
}

/** Whether a successful answer is a failure in disguise: `{"error":…}` and its flat relatives. */
export function isFailure(value: unknown): boolean {
  const fields = asRecord(Array.isArray(value) ? value[0] : value);
  const { error } = fields;
  if (error !== undefined && error !== null && error !== false) return true;
  const hasAnswer = ["choices", "data", "results", "text", "object"].some((name) => name in fields);
  if (fields["object"] === "error") return true;
  return !hasAnswer && typeof fields["message"] === "string" && ("code" in fields || "type" in fields);
}

type Pattern = readonly [FailureKind, RegExp];

/** Read against the labels and the words together; the first match wins. */
const PATTERNS: readonly Pattern[] = [
  [
    "no-credit",
    /insufficient[_ ](?:user_)?(?:quota|balance|credits?)|not_enough_balance|credit balance|arrearage|exceeded your current quota|billing/i,
  ],
  ["content-filter", /content[_ ]?(?:filter|policy)|content management policy/i],
  [
    "too-long",
    /context[_ ]length|context[_ ]size|context window|maximum context|too many tokens|prompt is too long|tokens? .{0,40}exceed|exceeds? .{0,40}tokens|must have less than \d+ tokens/i,
  ],
  [
    "no-permission",
    /无权访问模型|not allowed to (?:access|use)|permission[_ ](?:denied|error)|not enough permissions/i,
  ],
  [
    "model-unknown",
    /model[_ ]not[_ ]found|invalid[_ ]model|deploymentnotfound|no such model|unsupported model|model not exist|无可用渠道|no available channel|\bmodels?\b.{0,120}(?:does not exist|not found|not installed|is not supported|unknown)/i,
  ],
  [
    "bad-key",
    /invalid[_ ](?:api[_ ]?key|token|x-api-key|proxy server token|subscription key)|api[_ ]key (?:not valid|is invalid)|incorrect api key|invalid authentication|authentication[_ ]error|auth_error|no auth credentials|unauthori[sz]ed|无效的令牌/i,
  ],
  [
    "path-unknown",
    /invalid url|unexpected endpoint|page not found|^not found$|file not found|resource not found|method not allowed/i,
  ],
  ["loading", /loading model|model is loading/i],
  ["rate-limited", /rate[_ ]?limit|too many requests|throttl|resource_exhausted/i],
  ["overloaded", /overloaded|server busy|currently unavailable/i],
  [
    "parameter-refused",
    /unsupported[_ ](?:parameter|value)|unrecognized request argument|unknown (?:name|field|parameter)|extra inputs are not permitted|does not support parameters/i,
  ],
];

const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: "bad-key",
  402: "no-credit",
  403: "no-permission",
  404: "path-unknown",
  405: "path-unknown",
  408: "deadline",
  413: "too-long",
  429: "rate-limited",
};

/** What a failure means. A status of 200 stands for a failure inside a successful answer. */
export function failureKind(status: number, { text, labels }: ServerWords): FailureKind {
  const evidence = [...labels, text].join("\n");
  const match = PATTERNS.find(([, pattern]) => pattern.test(evidence));
  if (match) return match[0];
  return BY_STATUS[status] ?? (status >= 400 && status < 500 ? "bad-request" : "server-error");
}

/** True for a page meant for a browser. */
export function isHtml(body: string): boolean {
  return /^\s*<(?:!doctype|html|head|body)\b/i.test(body);
}

/** The first characters of any text, in one line. */
export function clip(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > MAX_WORDS ? `${line.slice(0, MAX_WORDS)}…` : line;
}

function findText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(findText).filter(Boolean).join("; ");
  const fields = asRecord(value);
  const metadata = asRecord(asRecord(fields["error"])["metadata"]);
  const own = ["error", "message", "detail", "msg", "error_msg", "err", "reason"]
    .map((name) => fields[name])
    .find((candidate) => candidate !== undefined && candidate !== null && candidate !== "");
  // FastAPI names the refused field in `loc`.
  const place = Array.isArray(fields["loc"]) ? `${fields["loc"].join(".")}: ` : "";
  const raw = typeof metadata["raw"] === "string" ? ` (${metadata["raw"]})` : "";
  return own === undefined ? "" : `${place}${findText(own)}${raw}`;
}

function stripHtml(text: string): string {
  return isHtml(text)
    ? text.replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/gi, " ").replaceAll(/<[^>]*>/g, " ")
    : text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

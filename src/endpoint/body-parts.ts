/** Finds the words, identifiers and field names in an error body of any shape. */
import { wireName } from "./named-field.ts";
import { parseJson } from "./parse-json.ts";

/** Where bodies nest; the bodies of hostile servers nest deeper, and longer. */
const MAX_DEPTH = 6;
const MAX_ITEMS = 10;

type Fields = Readonly<Record<string, unknown>>;

/** Where words stand, the best first. */
const WORD_NAMES = [
  "message",
  "Message",
  "error",
  "detail",
  "errors",
  "msg",
  "error_msg",
  "error_message",
  "errorMessage",
  "error_description",
  "err",
  "reason",
  "faultstring",
  "status_msg",
  "title",
  // Vendors behind one-api and new-api, MiniMax, Apigee; OpenRouter's failure inside a choice.
  "header",
  "response",
  "base_resp",
  "fault",
  "choices",
] as const;

const NESTED_FIRST = ["error", ...WORD_NAMES.filter((name) => name !== "error")];

/** Where identifiers stand. `error` is one beside a `message`, as in Kokoro's `detail`. */
const LABEL_NAMES = [
  "code",
  "type",
  "status",
  "reason",
  "error",
  "error_type",
  "error_code",
  "statusCode",
  "status_code",
  "http_status_code",
] as const;

/** Where more of the same stands. Google repeats its reason in `details`, Azure in `innererror`. */
const PART_NAMES = [
  "error",
  "message",
  "detail",
  "details",
  "errors",
  "innererror",
  "metadata",
  "raw",
  "header",
  "response",
  "base_resp",
  "fault",
  "choices",
] as const;

/** The JSON value of a body, of the first event in it, or of its first line; undefined for other text. */
export function parseBody(body: string): unknown {
  const text = body.replace(/^\ufeff/, "");
  const whole = parseJson(text);
  if (whole !== undefined) return whole;
  for (const line of text.trimStart().split(/\r?\n|\r/, MAX_ITEMS)) {
    const value = parseJson(line.replace(/^(?:data|error):/, ""));
    if (typeof value === "object" && value !== null) return value;
  }
  return undefined;
}

/** The server's words; empty when no known place holds any. */
export function wordsOf(value: unknown, depth = 0): string {
  if (depth > MAX_DEPTH) return "";
  if (typeof value === "string") return wordsOf(embedded(value), depth + 1) || value;
  if (Array.isArray(value)) {
    const words = value.slice(0, MAX_ITEMS).map((item) => wordsOf(item, depth + 1));
    return [...new Set(words)].filter(Boolean).join("; ");
  }
  if (typeof value !== "object" || value === null) return "";
  const fields = asFields(value);
  const own = firstWords(fields, depth);
  if (own === "") return "";
  // FastAPI names the refused field in `loc`, OpenRouter repeats the vendor's own body in `metadata.raw`.
  const path = pathOf(fields["loc"]);
  const place = path ? `${path}: ` : "";
  const raw = wordsOf(asFields(fields["metadata"])["raw"], depth + 1);
  return `${place}${own}${raw === "" || own.includes(raw) ? "" : ` (${raw})`}`;
}

function firstWords(fields: Fields, depth: number): string {
  // A nested error says more than what stands beside it; a bare string may be a mere identifier.
  const names = typeof fields["error"] === "object" ? NESTED_FIRST : WORD_NAMES;
  for (const name of names) {
    const words = wordsOf(name === "choices" ? choiceErrors(fields) : fields[name], depth + 1);
    if (words.trim() !== "") return words;
  }
  return "";
}

/** The objects that speak about the failure, the outermost first. */
export function errorParts(value: unknown): Fields[] {
  const parts: Fields[] = [];
  const visit = (item: unknown, depth: number): void => {
    const inner = typeof item === "string" ? embedded(item) : item;
    if (depth > MAX_DEPTH || parts.length >= MAX_ITEMS || typeof inner !== "object" || inner === null) return;
    if (Array.isArray(inner)) {
      for (const one of inner.slice(0, MAX_ITEMS)) visit(one, depth + 1);
      return;
    }
    const fields = asFields(inner);
    parts.push(fields);
    for (const name of PART_NAMES) visit(name === "choices" ? choiceErrors(fields) : fields[name], depth + 1);
  };
  visit(value, 0);
  return parts;
}

/** The server's identifiers: names, and numbers that are statuses. */
export function labelsOf(parts: readonly Fields[]): string[] {
  const labels = parts.flatMap((part) =>
    LABEL_NAMES.map((name) => part[name])
      .filter((label) => typeof label === "string" || typeof label === "number")
      .map((label) => String(label).slice(0, 200)),
  );
  return [...new Set(labels)].filter(Boolean);
}

/** The field a body names in a place of its own. */
export function paramOf(parts: readonly Fields[]): string | undefined {
  for (const { param, loc } of parts) {
    const name = wireName(param) ?? wireName(pathOf(loc));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** `["body", "messages", 0, "role"]` → `messages.0.role` */
function pathOf(loc: unknown): string | undefined {
  if (!Array.isArray(loc)) return undefined;
  const path = loc.slice(0, MAX_ITEMS).filter((step) => typeof step === "string" || typeof step === "number");
  return path.slice(path[0] === "body" ? 1 : 0).join(".");
}

/** The failures OpenRouter puts into choices. */
export function choiceErrors(fields: Fields): unknown[] {
  const { choices } = fields;
  return Array.isArray(choices) ? choices.slice(0, MAX_ITEMS).map((choice) => asFields(choice)["error"]) : [];
}

/** A body inside a text, as gateways pass one on. */
function embedded(text: string): unknown {
  return "[{".includes(text.trimStart().charAt(0) || "-") ? parseJson(text) : undefined;
}

export function asFields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/**
 * From the body of a failure to its meaning.
 *
 * Servers agree on neither shape nor status: the reason stands under `error.message`, `error`, `message`,
 * `detail` or other names, in an array, as a JSON string, as plain text or as a web page.
 */
import { errorParts, labelsOf, parseBody, paramOf, wordsOf } from "./body-parts.ts";
import type { FailureKind } from "./endpoint-error.ts";
import { meaningOf } from "./failure-patterns.ts";
import { fieldIn, limitIn, replacementIn } from "./named-field.ts";
import { clip, isHtml, oneLine, stripHtml } from "./plain-text.ts";

export { isFailure } from "./hidden-failure.ts";
export { clip, isHtml } from "./plain-text.ts";

export interface ServerWords {
  /** What the server said, in one line, or what it sent when that has no known shape. */
  text: string;
  /** Further evidence, not for reading: the server's code, type and status, and what `text` leaves out. */
  labels: readonly string[];
  /** The request field it named, by its name on the wire; may be a path such as `messages[0].role`. */
  param?: string;
  /** The field it wants in place of that one. */
  replacement?: string;
  /** The bound it gives: how many texts, tokens or answers at most. */
  limit?: number;
  /** Asking again will not help, though the status may say so. */
  permanent?: true;
  /** The field is known, its value is not liked. */
  valueOnly?: true;
}

/** Characters of a body that are searched for a meaning. */
const MAX_EVIDENCE = 4_000;

/** The label of a web page: its words are for people, and no evidence. */
const WEB_PAGE = "text/html";

/** Reads a body, JSON or not, for the words in it. */
export function readServerWords(body: string): ServerWords {
  if (isHtml(body)) return { text: clip(stripHtml(body)), labels: [WEB_PAGE] };
  const value = parseBody(body);
  const parts = errorParts(value);
  const words = oneLine(stripHtml((wordsOf(value) || sentInstead(value, body)).slice(0, 2 * MAX_EVIDENCE)));
  const text = clip(words);
  const labels = [...labelsOf(parts), ...(text === words ? [] : [words.slice(0, MAX_EVIDENCE)])];
  const plain = unescaped(words);
  const param = paramOf(parts) ?? fieldIn(plain);
  const replacement = replacementIn(plain);
  const limit = limitIn(plain);
  const meaning = meaningOf(evidenceOf({ text, labels }));
  return {
    text,
    labels,
    ...(param !== undefined && { param }),
    ...(replacement !== undefined && { replacement }),
    ...(limit !== undefined && { limit }),
    ...(meaning?.permanent && { permanent: true }),
    ...(meaning?.valueOnly && { valueOnly: true }),
  };
}

/** What a body without known words sent: better than silence, unless it is empty, too. */
function sentInstead(value: unknown, body: string): string {
  const empty = value === null || (typeof value === "object" && Object.keys(value).length === 0);
  return empty ? "" : body;
}

function evidenceOf({ text, labels }: Pick<ServerWords, "text" | "labels">): string {
  return unescaped([...labels, text].join("\n"));
}

/** Gateways embed a body as text, with its quotes escaped. */
function unescaped(text: string): string {
  return text.replaceAll(/\\+(?=["'`])/g, "");
}

/** Statuses with a meaning of their own, for bodies without words. */
const BY_STATUS: Readonly<Record<number, FailureKind>> = {
  401: "bad-key",
  402: "no-credit",
  403: "no-permission",
  404: "path-unknown",
  405: "path-unknown",
  408: "deadline",
  410: "path-unknown",
  413: "too-long",
  // TGI and TEI: the model failed.
  424: "server-error",
  429: "rate-limited",
  // Ollama: the work was cancelled.
  499: "server-error",
  501: "not-supported",
  // Anthropic.
  529: "overloaded",
};

/** Speaks of models, other than as a part of a path; LiteLLM ends every failure with "model group 'x' failed". */
const ABOUT_MODELS = /(?<![/\w-])(?:models?(?! group)|deployments?)\b|模型/i;

/**
 * What a failure means: by its words, and only if they say nothing known by the status.
 *
 * @param status one below 400 stands for a failure inside a successful answer
 */
export function failureKind(status: number, words: Pick<ServerWords, "text" | "labels">): FailureKind {
  const { labels } = words;
  if (labels.includes(WEB_PAGE)) return kindOfPage(status);
  const evidence = evidenceOf(words);
  const meaning = meaningOf(evidence);
  if (meaning) return meaning.kind;
  // A gateway may hide the status of the server behind it in the body, and so does a failure sent as 200.
  const statuses = [...labels.filter((label) => /^[45]\d\d$/.test(label)).map(Number), status];
  const known = statuses.map((one) => BY_STATUS[one]).find((kind) => kind !== undefined);
  if (known === "path-unknown" && ABOUT_MODELS.test(evidence)) return "model-unknown";
  if (known) return known;
  const blame = status >= 400 ? status : (statuses[0] ?? status);
  return blame >= 400 && blame < 500 ? "bad-request" : "server-error";
}

/** APIs do not answer with pages: one that is no plain failure comes from something else at this address. */
function kindOfPage(status: number): FailureKind {
  if (status < 400 || status === 403) return "web-page";
  return BY_STATUS[status] ?? (status < 500 ? "bad-request" : "server-error");
}

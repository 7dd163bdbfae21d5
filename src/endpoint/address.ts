/**
 * From what a person pastes to the URL a request goes to: one rule for every operation.
 *
 * People paste a bare host, a base with or without `/v1`, or the full address of one operation, often not
 * of the one that is needed. All of these name the same server.
 */

/** The operations of such a server, as they stand at the end of a request's path. */
export type Operation =
  | "chat/completions"
  | "completions"
  | "embeddings"
  | "rerank"
  | "audio/transcriptions"
  | "audio/speech"
  | "models";

export interface Address {
  /** Scheme, host and path before the operation; no slash at the end. */
  readonly base: string;
  /** Empty, or `?` and what follows; it goes behind the operation. */
  readonly query: string;
  /** The operation whose full address was pasted; its URL is used as it is. */
  readonly exact?: { readonly operation: string; readonly path: string };
}

/** The text is no address. `reason` ends a sentence that begins with the field's name. */
export class InvalidAddress extends Error {
  override readonly name = "InvalidAddress";
  readonly reason: string;

  constructor(reason: string) {
    super(`address ${reason}`);
    this.reason = reason;
  }
}

/** Endings that are operations, longest first. The servers' native ones name the same server, too. */
const OPERATION_ENDINGS = [
  "audio/transcriptions",
  "audio/translations",
  "audio/speech",
  "audio/voices",
  "audio",
  "api/generate",
  "api/embeddings",
  "api/embed",
  "api/chat",
  "chat/completions",
  "chat",
  "completions",
  "embeddings",
  "embed",
  "reranking",
  "reranks",
  "rerank",
  "score",
  "responses",
  "messages",
  "generate",
  "models",
].map((ending) => ending.split("/"));

const VERSION = /^v\d+(?:alpha|beta)?\d*$/i;

/** @throws InvalidAddress */
export function readAddress(pasted: string): Address {
  const text = tidy(pasted);
  if (text === "") throw new InvalidAddress("is empty");
  if (/\s/.test(text)) throw new InvalidAddress("contains a blank");
  const url = parse(withScheme(text));
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const ending = OPERATION_ENDINGS.find((candidate) => endsWith(segments, candidate));
  const rest = collapseVersions(ending === undefined ? segments : segments.slice(0, -ending.length));
  const complete = rest.some((segment) => VERSION.test(segment));
  const origin = url.href.slice(0, url.href.indexOf(url.host) + url.host.length);
  return {
    base: [origin, ...rest, ...(complete ? [] : ["v1"])].join("/"),
    query: url.search,
    ...(ending && { exact: { operation: ending.join("/"), path: [origin, ...rest, ...ending].join("/") } }),
  };
}

export function requestUrl({ base, query, exact }: Address, operation: Operation): string {
  return `${exact?.operation === operation ? exact.path : `${base}/${operation}`}${query}`;
}

/** Strips what copying leaves around an address: blanks, quotes, a variable's name, punctuation. */
function tidy(pasted: string): string {
  return pasted
    .replaceAll(/[\u200b-\u200d\u2060\ufeff]/g, "")
    .trim()
    .replace(/^[A-Za-z_][A-Za-z0-9_]*=(?=\S)/, "")
    .replace(/^["'<`]+/, "")
    .replace(/["'>`,;.]+$/, "");
}

function withScheme(text: string): string {
  const bare = text.replace(/^(?:https?:\/*)+(?=https?:)/i, "").replace(/^\/\//, "");
  const scheme = /^(https?):\/*/i.exec(bare);
  if (scheme) return `${scheme[1]?.toLowerCase()}://${bare.slice(scheme[0].length)}`;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(bare)) throw new InvalidAddress("must begin with http:// or https://");
  const host = /^:?\d{1,5}(?=$|\/)/.test(bare) ? `localhost:${bare.replace(/^:/, "")}` : bare;
  return `${isPrivate(host) ? "http" : "https"}://${host}`;
}

/** Servers on the own machine or network rarely speak TLS. */
function isPrivate(hostAndPath: string): boolean {
  const host = /^(?:\[[^\]]*\]|[^/:?#]*)/.exec(hostAndPath)?.[0].toLowerCase() ?? "";
  return (
    host.startsWith("[") ||
    !host.includes(".") ||
    /\.(?:local|internal|lan|home|localhost)$/.test(host) ||
    /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0$)/.test(host)
  );
}

function parse(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch (cause) {
    throw Object.assign(new InvalidAddress("is no web address"), { cause });
  }
  if (url.hostname === "") throw new InvalidAddress("names no host");
  return url;
}

function endsWith(segments: readonly string[], ending: readonly string[]): boolean {
  const tail = segments.slice(-ending.length);
  return tail.length === ending.length && tail.every((segment, i) => segment.toLowerCase() === ending[i]);
}

/** `/v1/v1` is a `/v1` added by habit. A version is lower-cased: paths are case-sensitive. */
function collapseVersions(segments: readonly string[]): string[] {
  const lowered = segments.map((segment) => (VERSION.test(segment) ? segment.toLowerCase() : segment));
  return lowered.filter((segment, i) => !(VERSION.test(segment) && segment === lowered[i - 1]));
}

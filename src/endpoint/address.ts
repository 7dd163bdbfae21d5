/**
 * From what a person pastes to the URL a request goes to: one rule for every operation.
 *
 * People paste a bare host, a base with or without `/v1`, or the full address of one operation, often not
 * of the one that is needed. All of these name the same server.
 */
import { baseByPort, knownHost, type KnownHost } from "./known-hosts.ts";
import { splitEndings, VERSION, type Operation } from "./operations.ts";
import { readUrl, type PastedUrl } from "./pasted-url.ts";

export type { Operation } from "./operations.ts";
export { InvalidAddress, type AddressFault } from "./pasted-url.ts";

export interface Address {
  /** Scheme, host and path before the operation; no slash at the end. */
  readonly base: string;
  /** Empty, or `?` and what follows; it goes behind the operation. */
  readonly query: string;
  /** The operation whose full address was pasted; that one is used as it is. */
  readonly exact?: { readonly operation: Operation; readonly path: string };
  /**
   * Azure's classic paths, `/deployments/{deployment}` between base and operation; LiteLLM has them, too.
   * Empty: the model's name is the deployment's.
   */
  readonly deployment?: string;
}

/** @throws InvalidAddress */
export function readAddress(pasted: string): Address {
  const url = readUrl(pasted);
  const segments = collapseVersions(url.segments);
  const classic = segments.findIndex((name, i) => name === "deployments" && segments[i - 1] === "openai");
  // A deployment may be called "embeddings".
  const { rest, ending } = splitEndings(segments, classic === -1 ? 0 : classic + 2);
  const address = {
    query: url.query,
    ...(ending?.operation && {
      exact: { operation: ending.operation, path: exactPath(url.origin, segments, ending.length) },
    }),
  };
  const known = knownHost(url.hostname);
  if (classic !== -1) {
    const base = join(url.origin, ...segments.slice(0, classic));
    return { ...address, base, deployment: segments[classic + 1] ?? "" };
  }
  if (known?.azure && isDated(url.query) && !rest.some(isVersion)) {
    return { ...address, base: join(url.origin, "openai"), deployment: "" };
  }
  return { ...address, base: join(url.origin, known ? knownPath(known, rest) : guessedPath(url, rest)) };
}

/**
 * Where a request for an operation goes. Only Azure's classic paths need the model's name, which is the
 * deployment's there.
 */
export function requestUrl(address: Address, operation: Operation, model = ""): string {
  return `${requestPath(address, operation, model)}${address.query}`;
}

/** Azure wants the key in the header `api-key`, not as a bearer. */
export function usesApiKeyHeader({ base }: Address): boolean {
  return hostOf(base)?.azure === true;
}

/** Recordings are sent as base64 in JSON there. */
export function takesAudioAsJson({ base }: Address): boolean {
  return hostOf(base)?.audioAsJson === true;
}

/** Whether to ask for the voices. Where the well-known hosts list any, it is those of the account alone. */
export function mayListVoices({ base }: Address): boolean {
  const host = hostOf(base);
  return host === undefined || host.elsewhere?.["audio/voices"] !== undefined;
}

/** Where servers have operations that they place differently. */
const PATHS: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  // The first is TEI's and Infinity's only one, `v1/rerank` that of SGLang, LocalAI and Xinference.
  rerank: ["rerank", "v1/rerank", "v2/rerank", "v1/reranking", "score"],
  // Kokoro-FastAPI, Speaches and vLLM-Omni; others; the last is what Speaches had.
  "audio/voices": ["v1/audio/voices", "audio/voices", "v1/voices", "voices", "v1/audio/speech/voices"],
  // Not under a version: Ollama's own, and LM Studio's.
  "api/show": ["api/show"],
  "api/v0/models": ["api/v0/models"],
};

/**
 * What else the request URL may be, in the order to try, once the first was answered as a wrong path.
 * Nothing where the address leaves no doubt: a well-known host, or the operation's full address with a
 * version in it. (Pasting `host/chat/completions` is how llama-cpp-python's users come by a 404.)
 */
export function alternativeUrls(address: Address, operation: Operation, model = ""): string[] {
  const { base, query, exact, deployment } = address;
  if (exact?.operation === operation && exact.path.split("/").some(isVersion)) return [];
  const known = hostOf(base);
  if (known) {
    const path = known.another?.[operation];
    return path === undefined ? [] : [`${new URL(path, base).href}${query}`];
  }
  const first = requestUrl(address, operation, model);
  const stem = deployment === undefined ? base : base.replace(/\/openai$/, "");
  const root = stem.replace(/\/[^/]+$/, (last) => (VERSION.test(last.slice(1)) ? "" : last));
  const paths = PATHS[operation] ?? [operation, `v1/${operation}`];
  const urls = paths.map((path) => `${root}/${path}${query}`);
  return [...new Set(urls)].filter((url) => url !== first);
}

/**
 * The base to write back into the form in place of what was pasted. Nothing if a request would go
 * elsewhere after that: an endpoint at an unusual path, a query, a deployment in the path.
 *
 * @throws InvalidAddress
 */
export function suggestedBase(pasted: string): string | undefined {
  const { base, query, exact, deployment } = readAddress(pasted);
  if (query !== "" || deployment !== undefined) return undefined;
  if (exact && requestUrl({ base, query }, exact.operation) !== exact.path) return undefined;
  // A path may end in what is taken for punctuation when it is pasted.
  return readAddress(base).base === base ? base : undefined;
}

function requestPath({ base, exact, deployment }: Address, operation: Operation, model: string): string {
  if (exact?.operation === operation) return exact.path;
  if (deployment !== undefined) {
    // A deployment serves one model: another type's operation needs another deployment.
    const foreign = deployment === "" || (exact && modelType(exact.operation) !== modelType(operation));
    const name = (foreign && encodeURIComponent(model.toWellFormed())) || deployment;
    // Both take the model in the request, if at all.
    if (operation === "models" || operation === "responses") return join(base, operation);
    // Without any name, only Azure's newer paths are left.
    return name === "" ? join(base, "v1", operation) : join(base, "deployments", name, operation);
  }
  const elsewhere = hostOf(base)?.elsewhere?.[operation];
  return elsewhere === undefined ? join(base, operation) : new URL(elsewhere, base).href;
}

function modelType(operation: Operation): string {
  return operation === "completions" || operation === "responses" ? "chat/completions" : operation;
}

/** Behind the host name of a known host, anything else is a page, a native API or a slip. */
function knownPath({ base, alsoRight = [] }: KnownHost, rest: readonly string[]): string {
  const path = rest.join("/");
  return alsoRight.includes(path) ? path : base;
}

/** A version anywhere in the path means that it is complete: `/v4`, `/v1beta/openai`. */
function guessedPath({ port }: PastedUrl, rest: readonly string[]): string {
  const path = rest.join("/");
  return baseByPort(port, path) ?? (rest.some(isVersion) ? path : join(...rest, "v1"));
}

function isVersion(segment: string): boolean {
  return VERSION.test(segment);
}

/** Azure's classic paths take a day as `api-version`, the newer ones at most `preview`. */
function isDated(query: string): boolean {
  return /^\d{4}-/.test(new URLSearchParams(query).get("api-version") ?? "");
}

/** `/v1/v1` is a `/v1` added by habit. A version is lower-cased: paths are case-sensitive. */
function collapseVersions(segments: readonly string[]): string[] {
  const lowered = segments.map((segment) => (isVersion(segment) ? segment.toLowerCase() : segment));
  return lowered.filter((segment, i) => !(isVersion(segment) && segment === lowered[i - 1]));
}

function exactPath(origin: string, segments: readonly string[], endingLength: number): string {
  const start = segments.length - endingLength;
  return join(origin, ...segments.map((segment, i) => (i < start ? segment : segment.toLowerCase())));
}

function hostOf(base: string): KnownHost | undefined {
  return knownHost(/^https?:\/\/(?:[^/]*@)?([^/:]*)/.exec(base)?.[1] ?? "");
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("/");
}

/** Takes out of everything that may be shown what the form keeps secret. */
import type { Settings } from "../../provider/settings.ts";
import { formSecrets } from "../check/curl.ts";
import { maskText, maskUrl } from "../endpoint/secrets.ts";
import { parseJson } from "../endpoint/parse-json.ts";
import type { Headers } from "./contract.ts";

const MASK = "***";

/** Request headers that hold no secret; the values of all others are left out. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set([
  "accept",
  "content-type",
  "content-length",
  "user-agent",
]);

/** Answers may set these, and they let others in. */
const SECRET_ANSWER_HEADERS: ReadonlySet<string> = new Set([
  "set-cookie",
  "authorization",
  "proxy-authenticate",
]);

export class Scrub {
  readonly #secrets: readonly string[];

  /** @param others secrets that the form does not hold at the moment */
  constructor(settings: Settings, others: readonly string[] = []) {
    this.#secrets = [...new Set([...formSecrets(settings), ...others])].toSorted(
      (a, b) => b.length - a.length,
    );
  }

  text(text: string): string {
    return maskText(text, this.#secrets);
  }

  /** The whole of something, text or not. */
  bytes(bytes: Buffer): Buffer {
    const text = bytes.toString("latin1");
    const masked = maskText(text, this.#secrets.map(asLatin1));
    return masked === text ? bytes : Buffer.from(masked, "latin1");
  }

  /** JSON stays JSON: only strings are masked. */
  json(text: string): string {
    return this.text(text) === text ? text : (JSON.stringify(this.value(parseJson(text))) ?? MASK);
  }

  value(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.value(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [this.text(name), this.value(inner)]),
    );
  }

  url(url: string): string {
    return this.text(maskUrl(url));
  }

  /** @param flat name, value, name, value … */
  requestHeaders(flat: readonly string[]): Headers {
    return pairs(flat).map(([name, value]) => {
      if (PUBLIC_HEADERS.has(name)) return [name, this.text(value)];
      const scheme = /^(?:Bearer|Basic) /.exec(value)?.[0] ?? "";
      return [name, `${scheme}${MASK}`];
    });
  }

  answerHeaders(flat: readonly string[]): Headers {
    return pairs(flat).map(([name, value]) => [
      name,
      SECRET_ANSWER_HEADERS.has(name) ? MASK : this.text(value),
    ]);
  }

  /** For bytes that come piece by piece. */
  stream(): StreamScrub {
    return new StreamScrub(this.#secrets.map(asLatin1));
  }
}

/** So much of a secret's beginning may be shown at the end of a piece: masks show as much. */
const SHOWN = 3;

/** Masks a secret even when it is cut in two, or into single bytes. */
export class StreamScrub {
  readonly #secrets: readonly string[];
  readonly #longest: number;
  /** The end of what went before, as it was. */
  #before = "";

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
    this.#longest = Math.max(0, ...secrets.map(({ length }) => length));
  }

  push(piece: Buffer): Buffer {
    if (this.#secrets.length === 0) return piece;
    const text = this.#before + piece.toString("latin1");
    const start = this.#before.length;
    const hidden = this.#secrets.flatMap((secret) => placesOf(secret, text)).filter(([, end]) => end > start);
    this.#before = text.slice(-this.#longest + 1 || text.length);
    if (hidden.length === 0) return this.#words(text.slice(start), piece);
    let shown = "";
    let at = start;
    for (const [from, to] of hidden.toSorted((a, b) => a[0] - b[0])) {
      if (to <= at) continue;
      shown += `${text.slice(at, Math.max(at, from))}${MASK}`;
      at = to;
    }
    return this.#words(shown + text.slice(at), undefined);
  }

  /** Short secrets are masked as whole words only. */
  #words(text: string, same: Buffer | undefined): Buffer {
    const masked = maskText(text, this.#secrets);
    return same && masked === text ? same : Buffer.from(masked, "latin1");
  }
}

/** Where a secret is, and where at the end one may have begun. */
function placesOf(secret: string, text: string): [from: number, to: number][] {
  if (secret.length <= SHOWN) return [];
  const places: [number, number][] = [];
  for (let at = text.indexOf(secret); at !== -1; at = text.indexOf(secret, at + secret.length)) {
    places.push([at, at + secret.length]);
  }
  for (let length = Math.min(secret.length - 1, text.length); length > SHOWN; length -= 1) {
    if (!text.endsWith(secret.slice(0, length))) continue;
    places.push([text.length - length, text.length]);
    break;
  }
  return places;
}

function asLatin1(secret: string): string {
  return Buffer.from(secret, "utf8").toString("latin1");
}

function pairs(flat: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) found.push([(flat[i] ?? "").toLowerCase(), flat[i + 1] ?? ""]);
  return found;
}

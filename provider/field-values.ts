/**
 * How the text of a form field is read, kind by kind.
 */
import { X509Certificate } from "node:crypto";
import * as z from "zod";
import { InvalidAddress, readAddress, type Address } from "../src/endpoint/address.ts";
import { parseJson } from "../src/endpoint/parse-json.ts";

/** Reads the text of one field; nothing entered gives the default. */
export type Reader<T> = (value: string) => { value: T } | { reason: string };

/** Dify's daemon rejects a schema with a longer label, and the model would vanish. */
const MAX_NAME = 255;

export const shortName: Reader<string> = (value) =>
  value.length > MAX_NAME ? { reason: `must have at most ${MAX_NAME} characters` } : { value };

export const anyText: Reader<string> = (value) => ({ value });

/** Reads one of `known`, or the fallback for `auto` and nothing. Keys are what Dify stores. */
export function choice<T>(known: Readonly<Record<string, T>>, fallback: T): Reader<T> {
  const values = new Map(Object.entries(known));
  return (value) => {
    if (value === "" || value === "auto") return { value: fallback };
    return values.has(value)
      ? { value: values.get(value) as T }
      : { reason: `must be one of auto, ${[...values.keys()].join(", ")}` };
  };
}

/** What validation learned about a server that lasts. */
export interface LearnedValues {
  /** Numbers in a vector. */
  readonly dimensions?: number;
  /** Operation → the path it was found at, where that is not the first to be tried. */
  readonly paths?: Readonly<Record<string, string>>;
}

const learnedFields = z.object({
  dimensions: z.int().positive().optional().catch(undefined),
  paths: z.record(z.string(), z.string()).optional().catch(undefined),
});

/** Never a complaint: nobody typed it. */
export const learned: Reader<LearnedValues> = (value) => {
  const { dimensions, paths } = learnedFields.catch({}).parse(parseJson(value));
  return { value: { ...(dimensions !== undefined && { dimensions }), ...(paths && { paths }) } };
};

const MULTIPLES: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };

/** `128000`, `128,000`, `128k` and `1M` are all written. */
function parseNumber(text: string): number {
  const [, digits = "", unit = ""] = /^([-+\d.]+)([km]?)$/i.exec(text.replaceAll(/[\s_,]/g, "")) ?? [];
  return digits === "" ? NaN : Number(digits) * (MULTIPLES[unit.toLowerCase()] ?? NaN);
}

export function number<T>(fallback: T, schema: z.ZodType<number>, expected: string): Reader<number | T> {
  return (value) => {
    if (value === "") return { value: fallback };
    const { success, data } = schema.safeParse(parseNumber(value));
    return success ? { value: data } : { reason: `must be ${expected}` };
  };
}

export function tokens<T>(fallback: T): Reader<number | T> {
  return number(fallback, z.int().min(1).max(100_000_000), "a whole number of tokens, at least 1");
}

/** Seconds in the form, milliseconds inside. */
export function seconds(fallback: number): Reader<number> {
  const read = number(fallback, z.number().min(0.1).max(3600), "a number of seconds from 0.1 to 3600");
  return (value) => {
    const result = read(value);
    return "value" in result ? { value: Math.round(result.value * 1000) } : result;
  };
}

/** A decimal, kept as text: prices must not be rounded. */
export const price: Reader<string> = (value) => {
  if (value === "") return { value: "0" };
  return /^\d{1,12}(?:\.\d{1,12})?$/.test(value) ? { value } : { reason: "must be a price such as 0.15" };
};

export const currency: Reader<string> = (value) => {
  if (value === "") return { value: "USD" };
  return /^[A-Za-z]{3}$/.test(value)
    ? { value: value.toUpperCase() }
    : { reason: "must be a code such as USD" };
};

/** How Dify's own encryption begins, in base64. */
const ENCRYPTED = "SFlCUklEO";

/** More would make validation, which tries each, too slow for a person who waits. */
const MAX_KEYS = 20;

/** One key, or several between commas, blanks or line breaks. */
export const apiKeys: Reader<readonly string[]> = (value) => {
  if (value.includes("************"))
    return { reason: "holds only the mask Dify shows; paste the key again" };
  if (value.startsWith(ENCRYPTED)) return { reason: "arrived encrypted: enter it again, and save" };
  const bare = value.replaceAll(/(?<=^|[\s,，、])bearer\s+/gi, "");
  const keys = [...new Set(bare.split(/[\s,，、]+/).filter((key) => key !== ""))];
  if (keys.length > MAX_KEYS) return { reason: `must hold at most ${MAX_KEYS} keys` };
  return keys.every((key) => /^[\x21-\x7e]+$/.test(key))
    ? { value: keys }
    : { reason: "contains a character no key has" };
};

/** An address, or none. */
export const address: Reader<Address | undefined> = (value) => {
  if (value === "") return { value: undefined };
  try {
    return { value: readAddress(value) };
  } catch (error) {
    if (!(error instanceof InvalidAddress)) throw error;
    return { reason: error.reason };
  }
};

export const list: Reader<readonly string[]> = (value) => ({
  value: value
    .split(/[,，、\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== ""),
});

/** JSON, or a `Name: value` for each line. Names are lower-cased; the values are secrets. */
export const headers: Reader<Readonly<Record<string, string>>> = (value) => {
  const pairs = value.startsWith("{") ? readJsonHeaders(value) : readHeaderLines(value);
  if (!pairs) return { reason: 'must be JSON such as {"X-Team": "a"} or lines such as X-Team: a' };
  const wrong = pairs.find(([name, content]) => !HEADER_NAME.test(name) || !HEADER_VALUE.test(content));
  const forbidden = pairs.find(([name]) => CONNECTION_HEADERS.has(name.toLowerCase()));
  if (forbidden) return { reason: `must not hold ${forbidden[0]}: the connection sets it` };
  return wrong
    ? { reason: "holds a name or a value that no header may have" }
    : { value: Object.fromEntries(pairs.map(([name, content]) => [name.toLowerCase(), content])) };
};

/** Headers of the connection, not of the request. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function readJsonHeaders(text: string): [string, string][] | undefined {
  const parsed = z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .safeParse(parseJson(text));
  return parsed.success
    ? Object.entries(parsed.data).map(([name, content]) => [name, String(content)])
    : undefined;
}

/** The form has single-line inputs and turns line breaks into blanks: `;` and `\n` separate as well. */
function readHeaderLines(text: string): [string, string][] | undefined {
  const lines = text.split(/\r?\n|\\n|;/).map((line) => line.trim());
  const pairs = lines.filter((line) => line !== "").map((line) => /^([^:\s]+)\s*:\s*(.*)$/.exec(line));
  return pairs.every((pair) => pair !== null)
    ? pairs.map(([, name = "", content = ""]) => [name, content])
    : undefined;
}

/** Fields to add to a request's body. */
export const jsonObject: Reader<Readonly<Record<string, unknown>>> = (value) => {
  if (value === "") return { value: {} };
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(value));
  return parsed.success ? { value: parsed.data } : { reason: 'must be a JSON object such as {"top_k": 20}' };
};

/** PEM, also with its line breaks turned into blanks or written as `\n`, as single-line inputs do. */
export const certificate: Reader<string> = (value) => {
  const text = value.replaceAll("\\n", "\n");
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)];
  const pems = blocks.map(([, body = ""]) => toPem(body.replaceAll(/\s+/g, "")));
  if (value === "" || (pems.length > 0 && pems.every(isCertificate))) return { value: pems.join("") };
  return { reason: "must be a certificate in PEM form (-----BEGIN CERTIFICATE-----…)" };
};

function toPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

export const proxy: Reader<string> = (value) => {
  if (value === "") return { value };
  const url = value.includes("://") ? value : `http://${value}`;
  const known = URL.canParse(url) && ["http:", "https:", "socks5:"].includes(new URL(url).protocol);
  return known ? { value: url } : { reason: "must be an address such as http://proxy:3128" };
};

/** Official spellings of yes and no, from several selects. */
export const SUPPORT = { support: true, no_support: false };
export const SUPPORTED = { supported: true, not_supported: false };

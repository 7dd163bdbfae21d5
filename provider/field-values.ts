/**
 * How the text of a form field is read, kind by kind.
 */
import * as z from "zod";
import { InvalidAddress, readAddress, type Address } from "../src/endpoint/address.ts";
import { parseJson } from "../src/endpoint/parse-json.ts";
import { addressReason } from "./complaints.ts";
import type { Text } from "./language.ts";

/** Reads the text of one field; nothing entered gives the default. */
export type Reader<T> = (value: string) => { value: T } | { reason: Text };

/** Dify's daemon rejects a schema with a longer label, and the model would vanish. */
const MAX_NAME = 255;

export const shortName: Reader<string> = (value) =>
  value.length > MAX_NAME ? { reason: tooLong(MAX_NAME) } : { value };

export function tooLong(most: number): Text {
  return { en: `must have at most ${most} characters`, zh: `最多 ${most} 个字符` };
}

export const anyText: Reader<string> = (value) => ({ value });

/** Reads one of `known`, or the fallback for `auto` and nothing. Keys are what Dify stores. */
export function choice<T>(known: Readonly<Record<string, T>>, fallback: T): Reader<T> {
  const values = new Map(Object.entries(known));
  return (value) => {
    if (value === "" || value === "auto") return { value: fallback };
    return values.has(value)
      ? { value: values.get(value) as T }
      : { reason: oneOf(["auto", ...values.keys()].join(", ")) };
  };
}

function oneOf(values: string): Text {
  return { en: `must be one of ${values}`, zh: `只能是 ${values} 之一` };
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

export function number<T>(fallback: T, schema: z.ZodType<number>, expected: Text): Reader<number | T> {
  return (value) => {
    if (value === "") return { value: fallback };
    const { success, data } = schema.safeParse(parseNumber(value));
    return success ? { value: data } : { reason: mustBe(expected) };
  };
}

function mustBe({ en, zh }: Text): Text {
  return { en: `must be ${en}`, zh: `须为${zh}` };
}

export function tokens<T>(fallback: T): Reader<number | T> {
  return number(fallback, z.int().min(1).max(100_000_000), {
    en: "a whole number of tokens, at least 1",
    zh: "不小于 1 的整数（token 数）",
  });
}

/** Seconds in the form, milliseconds inside. */
export function seconds(fallback: number): Reader<number> {
  const read = number(fallback, z.number().min(0.1).max(3600), {
    en: "a number of seconds from 0.1 to 3600",
    zh: " 0.1 到 3600 之间的秒数",
  });
  return (value) => {
    const result = read(value);
    return "value" in result ? { value: Math.round(result.value * 1000) } : result;
  };
}

/** A decimal, kept as text: prices must not be rounded. */
export const price: Reader<string> = (value) => {
  if (value === "") return { value: "0" };
  return /^\d{1,12}(?:\.\d{1,12})?$/.test(value)
    ? { value }
    : { reason: mustBe({ en: "a price such as 0.15", zh: "价格，例如 0.15" }) };
};

export const currency: Reader<string> = (value) => {
  if (value === "") return { value: "USD" };
  return /^[A-Za-z]{3}$/.test(value)
    ? { value: value.toUpperCase() }
    : { reason: mustBe({ en: "a code such as USD", zh: "货币代码，例如 USD" }) };
};

/** What Dify shows in place of a secret: `sk-abc************op`, or the stand-in for the stored one. */
const MASKED = /\*{12}|\[__HIDDEN__\]/;

const MASK_ALONE: Text = {
  en: "holds only the mask that Dify shows: paste it again",
  zh: "只含 Dify 显示的掩码，请重新粘贴",
};

/** More would make validation, which tries each, too slow for a person who waits. */
const MAX_KEYS = 20;

/** One key, or several between commas, blanks or line breaks. */
export const apiKeys: Reader<readonly string[]> = (value) => {
  if (MASKED.test(value)) return { reason: MASK_ALONE };
  const bare = value.replaceAll(/(?<=^|[\s,，、])bearer\s+/gi, "");
  const keys = [...new Set(bare.split(/[\s,，、]+/).filter((key) => key !== ""))];
  if (keys.length > MAX_KEYS) {
    return { reason: { en: `must hold at most ${MAX_KEYS} keys`, zh: `最多 ${MAX_KEYS} 个密钥` } };
  }
  return keys.every((key) => /^[\x21-\x7e]+$/.test(key))
    ? { value: keys }
    : { reason: { en: "contains a character no key has", zh: "中含有密钥不会有的字符" } };
};

/** An address, or none. */
export const address: Reader<Address | undefined> = (value) => {
  if (value === "") return { value: undefined };
  try {
    return { value: readAddress(value) };
  } catch (error) {
    if (!(error instanceof InvalidAddress)) throw error;
    return { reason: addressReason(error.reason) };
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
  if (MASKED.test(value)) return { reason: MASK_ALONE };
  const pairs = value.startsWith("{") ? readJsonHeaders(value) : readHeaderLines(value);
  if (!pairs) return { reason: mustBe(HEADER_FORMS) };
  const wrong = pairs.find(([name, content]) => !HEADER_NAME.test(name) || !HEADER_VALUE.test(content));
  const forbidden = pairs.find(([name]) => CONNECTION_HEADERS.has(name.toLowerCase()));
  if (forbidden) return { reason: setByConnection(forbidden[0]) };
  return wrong
    ? { reason: { en: "holds a name or a value that no header may have", zh: "中含有无效的请求头名称或值" } }
    : { value: Object.fromEntries(pairs.map(([name, content]) => [name.toLowerCase(), content])) };
};

const HEADER_FORMS: Text = {
  en: 'JSON such as {"X-Team": "a"} or lines such as X-Team: a',
  zh: ' JSON（例如 {"X-Team": "a"}）或 X-Team: a 形式的行',
};

function setByConnection(name: string): Text {
  return { en: `must not hold ${name}: the connection sets it`, zh: `不能包含 ${name}：它由连接设置` };
}

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
  return parsed.success ? { value: parsed.data } : { reason: mustBe(OBJECT_FORM) };
};

const OBJECT_FORM: Text = {
  en: 'a JSON object such as {"top_k": 20}',
  zh: ' JSON 对象，例如 {"top_k": 20}',
};

/** PEM, also with its line breaks turned into blanks or written as `\n`, as single-line inputs do. */
export const certificate: Reader<string> = (value) => {
  const text = value.replaceAll("\\n", "\n");
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)];
  const pems = blocks.map(([, body = ""]) => toPem(body.replaceAll(/\s+/g, "")));
  if (value === "" || (pems.length > 0 && pems.every(isCertificate))) return { value: pems.join("") };
  return { reason: mustBe(PEM_FORM) };
};

const PEM_FORM: Text = {
  en: "a certificate in PEM form (-----BEGIN CERTIFICATE-----…)",
  zh: " PEM 格式的证书（-----BEGIN CERTIFICATE-----…）",
};

function toPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}

function isCertificate(pem: string): boolean {
  try {
    return new (process.getBuiltinModule("node:crypto").X509Certificate)(pem).raw.length > 0;
  } catch {
    return false;
  }
}

export const proxy: Reader<string> = (value) => {
  if (value === "") return { value };
  const url = value.includes("://") ? value : `http://${value}`;
  const known = URL.canParse(url) && ["http:", "https:", "socks5:"].includes(new URL(url).protocol);
  return known
    ? { value: url }
    : { reason: mustBe({ en: "an address such as http://proxy:3128", zh: "地址，例如 http://proxy:3128" }) };
};

/** Official spellings of yes and no, from several selects. */
export const SUPPORT = { support: true, no_support: false };
export const SUPPORTED = { supported: true, not_supported: false };

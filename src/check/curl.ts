/** A request as a command to try by hand, without anything secret in it. */
import type { Settings } from "../../provider/settings.ts";
import { readAddress } from "../endpoint/address.ts";
import { parseJson } from "../endpoint/parse-json.ts";
import { maskText, maskUrl, secretsOf } from "../endpoint/secrets.ts";
import type { Exchange } from "./wire.ts";

/** Headers that hold no secret; the values of all others are left out. */
const PUBLIC_HEADERS: ReadonlySet<string> = new Set(["accept", "content-type"]);

/** Those that carry a key, with what stands before it. */
const KEY_HEADERS: ReadonlySet<string> = new Set(["authorization", "api-key", "x-api-key"]);

/** Longer texts are recordings, images and whole books. */
const MAX_TEXT = 400;

/** The shell variable that stands for the key when its name is not known. */
const KEY_VARIABLE = "API_KEY";

/** Takes out of a text what a server may repeat of the form's secrets. */
export function maskFor(settings: Settings) {
  const secrets = formSecrets(settings);
  return (text: string): string => maskText(text, secrets);
}

/** Every text of the form that must not be shown, the longest first. */
export function formSecrets(settings: Settings): readonly string[] {
  const { api_key, fallback_api_key, extra_headers, endpoint_url, fallback_url, proxy_url } = settings;
  const others = [
    ...(fallback_url ? [`${fallback_url.base}${fallback_url.query}`] : []),
    ...(proxy_url === "" ? [] : [proxy_url]),
  ];
  const all = [
    ...secretsOf([...api_key, ...fallback_api_key], extra_headers, fullUrl(endpoint_url)),
    ...others.flatMap((url) => secretsOf([], {}, url)),
  ];
  return [...new Set(all)].toSorted((a, b) => b.length - a.length);
}

function fullUrl(pasted: string): string {
  try {
    const { base, query } = readAddress(pasted);
    return `${base}${query}`;
  } catch {
    // No address: it holds nothing, and nobody is asked.
    return "http://-";
  }
}

/** How what went over the wire is told: with nothing secret in it. */
export interface Telling {
  mask(text: string): string;
  curl(exchange: Exchange): string;
}

export function tellingFor(settings: Settings, keyVariable?: string): Telling {
  return { mask: maskFor(settings), curl: (exchange) => curlOf(exchange, settings, keyVariable) };
}

/** The connection alone, to be looked at by hand. */
export function curlTo(url: string, settings: Settings): string {
  return ["curl -sSv", ...wayOf(settings), quote(maskUrl(url))].join(" ");
}

/** How the form says to get there. */
function wayOf({ proxy_url, tls_verify, ca_certificate }: Settings): string[] {
  return [
    ...(proxy_url === "" ? [] : [`-x ${quote(maskUrl(proxy_url))}`]),
    ...(tls_verify ? [] : ["-k"]),
    ...(ca_certificate === "" ? [] : ["--cacert ca.pem"]),
  ];
}

/** @param keyVariable the environment variable that holds the key */
function curlOf(exchange: Exchange, settings: Settings, keyVariable = KEY_VARIABLE): string {
  const { method, url, headers, body } = exchange;
  const mask = maskFor(settings);
  const isDefault = method === (body.length > 0 ? "POST" : "GET");
  const parts = ["curl -sS", ...wayOf(settings), ...(isDefault ? [] : [`-X ${method}`]), quote(maskUrl(url))];
  const isForm = headers["content-type"]?.startsWith("multipart/form-data") === true;
  for (const [name, value] of Object.entries(headers)) {
    if (KEY_HEADERS.has(name) && !(name in settings.extra_headers)) {
      const scheme = /^(Bearer|Basic) /.exec(value)?.[0] ?? "";
      parts.push(`-H "${name}: ${scheme}$${keyVariable}"`);
    } else if (PUBLIC_HEADERS.has(name)) {
      if (!isForm || name !== "content-type") parts.push(`-H ${quote(`${name}: ${value}`)}`);
    } else if (name in settings.extra_headers) parts.push(`-H ${quote(`${name}: ***`)}`);
  }
  if (isForm) parts.push(...formParts(body).map((part) => `-F ${quote(mask(part))}`));
  else if (body.length > 0) parts.push(`-d ${quote(shortened(body, mask))}`);
  return parts.join(" ");
}

function shortened(body: Buffer, mask: (text: string) => string): string {
  const text = mask(body.toString("utf8"));
  const value = parseJson(text);
  return value === undefined ? text.slice(0, MAX_TEXT) : JSON.stringify(shorten(value));
}

function shorten(value: unknown): unknown {
  if (typeof value === "string" && value.length > MAX_TEXT) {
    return `${value.slice(0, 40)}... (${value.length} characters)`;
  }
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shorten(inner)]));
}

/** `name=value` of each part, and `name=@file` for a file. */
function formParts(body: Buffer): string[] {
  const parts = body
    .toString("latin1")
    .matchAll(/name="([^"]*)"(; filename="([^"]*)")?[^]*?\r\n\r\n([^]*?)\r\n--/g);
  return [...parts].map(([, name = "", isFile, filename = "", value = ""]) =>
    isFile === undefined ? `${name}=${value}` : `${name}=@${filename || "recording.wav"}`,
  );
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

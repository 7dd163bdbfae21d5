import { readLogin } from "./url-login.ts";

const MASK = "***";

/** Query values that are settings of the server, not secrets. */
const PUBLIC_QUERY = new Set(["api-version"]);

/** Shorter secrets are masked as whole words only: a key `a` must not take the letters out of a text. */
const MIN_LENGTH = 4;

/** The address as it may be shown: no user, no password, no query values. */
export function maskUrl(url: string): string {
  const masked = new URL(url);
  if (masked.username !== "" || masked.password !== "") {
    masked.username = MASK;
    masked.password = "";
  }
  const query = [...masked.searchParams].map(([name, value]) => {
    if (PUBLIC_QUERY.has(name.toLowerCase())) return `${name}=${value}`;
    // `?SECRET` is a name without a value.
    return value === "" ? MASK : `${name}=${MASK}`;
  });
  const place = masked.href.replace(/[?#].*$/s, "").replaceAll("%2A", "*");
  return query.length > 0 ? `${place}?${query.join("&")}` : place;
}

/** Every text that must not be shown, in the forms in which a server may repeat it. */
export function secretsOf(
  keys: readonly string[],
  headers: Readonly<Record<string, string>>,
  url: string,
): readonly string[] {
  const { user, password } = readLogin(url);
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  const values = Object.values(headers);
  const plain = [
    ...keys,
    ...values,
    // `Bearer abc`: a server may repeat the second word alone.
    ...values.map((value) => value.replace(/^\S+\s+/, "")),
    user,
    password,
    ...(user + password === "" ? [] : [basic]),
    ...querySecrets(new URL(url).searchParams),
  ];
  const forms = plain.filter((secret) => secret.trim() !== "").flatMap(spellings);
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length);
}

/** A short value is a version or a switch: masking a `1` would hide half of the text. */
function querySecrets(query: URLSearchParams): string[] {
  return [...query]
    .filter(([name]) => !PUBLIC_QUERY.has(name.toLowerCase()))
    .map(([name, value]) => value || name)
    .filter((value) => value.length >= MIN_LENGTH);
}

/** A text a server sent, without the secrets it may repeat. @param secrets the longest first */
export function maskText(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (masked, secret) =>
      secret.length >= MIN_LENGTH
        ? masked.replaceAll(secret, MASK)
        : masked.replaceAll(wholeWord(secret), MASK),
    text,
  );
}

function spellings(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  return [
    secret,
    secret.replaceAll(/\s+/g, " "),
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams({ "": secret }).toString().slice(1),
    json,
    json.replaceAll("/", "\\/"),
    html,
    html.replaceAll("/", "&#x2F;"),
  ];
}

function wholeWord(secret: string): RegExp {
  return new RegExp(`(?<!\\w)${secret.replaceAll(/[^\w\s]/g, "\\$&")}(?!\\w)`, "g");
}

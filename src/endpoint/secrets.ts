const MASK = "***";

/** Query values that are settings of the server, not secrets. */
const PUBLIC_QUERY = new Set(["api-version"]);

/** The address as it may be shown: no user, no password, no query values. */
export function maskUrl(url: string): string {
  const masked = new URL(url);
  if (masked.username !== "" || masked.password !== "") {
    masked.username = MASK;
    masked.password = "";
  }
  for (const name of new Set(masked.searchParams.keys())) {
    if (!PUBLIC_QUERY.has(name.toLowerCase())) masked.searchParams.set(name, MASK);
  }
  return masked.href.replaceAll("%2A", "*");
}

/** A text a server sent, without the secrets it may echo. */
export function maskText(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length > 3)
    .reduce((masked, secret) => masked.replaceAll(secret, MASK), text);
}

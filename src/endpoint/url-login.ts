/** User and password of an address as a person reads them; both empty for none. */
export function readLogin(url: string): { user: string; password: string } {
  const { username, password } = new URL(url);
  return { user: decode(username), password: decode(password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The ways a secret can stand in a line: as it is, inside JSON text, inside an address. */
export function secretForms(secret: string): string[] {
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
}

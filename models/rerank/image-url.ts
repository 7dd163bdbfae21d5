/** How the base64 of each format begins. */
const BEGINNINGS: readonly (readonly [string, string])[] = [
  ["iVBORw0KGgo", "image/png"],
  ["/9j/", "image/jpeg"],
  ["R0lGOD", "image/gif"],
  ["UklGR", "image/webp"],
  ["Qk", "image/bmp"],
];

/** A data URL of an image in base64; Dify does not say its format. */
export function imageUrl(base64: string): string {
  const type = BEGINNINGS.find(([beginning]) => base64.startsWith(beginning))?.[1] ?? "image/jpeg";
  return `data:${type};base64,${base64}`;
}

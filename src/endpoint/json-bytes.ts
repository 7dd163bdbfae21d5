/** JSON as bytes, with images and other long strings passed on as they are. */

/** From here on a copy costs more than the search for a string that needs none. */
const LONG = 65_536;

/** Stands for a long string; no one else's text holds it. Not made before there is one: Node loads much for it. */
let unique: string | undefined;
const placeholder = (): string => (unique ??= crypto.randomUUID());

/** What JSON writes as it is, in one byte a character. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/** A string of a body that was never one: its bytes, ASCII without quotation marks and backslashes. */
export class LongText {
  readonly pieces: readonly Uint8Array[];

  constructor(pieces: readonly Uint8Array[]) {
    this.pieces = pieces;
  }
}

/**
 * The bytes of `JSON.stringify(value)`, in pieces: those of long texts are not copied. One prompt in Chinese
 * makes of such a text a string of two bytes a character, images and all, which is then searched and encoded
 * character by character.
 */
export function jsonPieces(value: object): Uint8Array[] {
  if (!holdsLong(value)) return [Buffer.from(JSON.stringify(value))];
  const long: (readonly Uint8Array[])[] = [];
  const text = JSON.stringify(value, (_name, inner: unknown) => {
    const pieces = inner instanceof LongText ? inner.pieces : plainPieces(inner);
    if (!pieces) return inner;
    long.push(pieces);
    return placeholder();
  });
  return text.split(placeholder()).flatMap((part, index) => [Buffer.from(part), ...(long[index] ?? [])]);
}

function holdsLong(value: unknown): boolean {
  if (typeof value === "string") return value.length >= LONG;
  if (typeof value !== "object" || value === null) return false;
  return value instanceof LongText || Object.values(value).some(holdsLong);
}

function plainPieces(value: unknown): Buffer[] | undefined {
  const isPlain = typeof value === "string" && value.length >= LONG && PLAIN.test(value);
  return isPlain ? [Buffer.from(value, "latin1")] : undefined;
}

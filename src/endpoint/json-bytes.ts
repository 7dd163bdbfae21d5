/** JSON as bytes, with images and other long strings copied as they are. */
/** From here on a copy costs more than the search for a string that needs none. */
const LONG = 65_536;

/** Stands for a long string; no one else's text holds it. */
const PLACEHOLDER = crypto.randomUUID();

/** What JSON writes as it is, in one byte a character. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

/**
 * The bytes of `JSON.stringify(value)`. One prompt in Chinese makes of such a text a string of two bytes a
 * character, images and all, which is then searched and encoded character by character.
 */
export function jsonBytes(value: object): Uint8Array {
  const long: string[] = [];
  const text = JSON.stringify(value, (_name, inner: unknown) => {
    if (typeof inner !== "string" || inner.length < LONG || !PLAIN.test(inner)) return inner;
    long.push(inner);
    return PLACEHOLDER;
  });
  const around = text.split(PLACEHOLDER);
  const size = [...around.map((part) => Buffer.byteLength(part)), ...long.map(({ length }) => length)];
  const bytes = Buffer.allocUnsafeSlow(size.reduce((sum, one) => sum + one, 0));
  let end = 0;
  for (const [index, part] of around.entries()) {
    end += bytes.write(part, end);
    end += bytes.write(long[index] ?? "", end, "latin1");
  }
  return bytes;
}

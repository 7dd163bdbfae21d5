/** Bytes as they may be shown: short texts whole, long ones and anything binary by head and tail. */
import type { Payload } from "./contract.ts";

/** Bytes of a text that are shown whole; of a longer one, so many of its head and tail are. */
const TEXT = { whole: 16_384, head: 8_192, tail: 1_024 };
const BINARY = { whole: 512, head: 256, tail: 64 };

const TEXTUAL = /^text\/|json|event-stream|xml|x-www-form-urlencoded|^multipart\//i;

const UTF8 = new TextDecoder("utf8", { fatal: true });

/**
 * @param bytes without secrets
 * @param contentType a header's value; undefined: the bytes tell whether they are text
 * @param was how many bytes there were before secrets were taken out
 */
export function payload(bytes: Buffer, contentType?: string, was = bytes.length): Payload {
  const isText = contentType !== undefined && TEXTUAL.test(contentType) ? true : isUtf8(bytes);
  const encoding = isText ? "utf8" : "hex";
  const { whole, head, tail } = isText ? TEXT : BINARY;
  const name = isText ? "text" : "hex";
  if (bytes.length <= whole) return { bytes: was, [name]: bytes.toString(encoding) };
  return {
    bytes: was,
    [name]: bytes.subarray(0, head).toString(encoding),
    tail: bytes.subarray(-tail).toString(encoding),
  };
}

function isUtf8(bytes: Buffer): boolean {
  try {
    UTF8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

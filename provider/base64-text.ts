/** Files in base64 on their way into requests. */
import type { Base64 } from "../src/dify/base64.ts";
import { LongText } from "../src/endpoint/json-bytes.ts";

/**
 * Base64 as a body holds it. Its type is what it becomes in JSON; a large file is in truth a `LongText`,
 * which nothing but the writer of the body can read.
 */
export function base64Text(base64: string | Base64, before = ""): string {
  if (typeof base64 === "string") return before + base64;
  return new LongText([Buffer.from(before), ...base64.pieces]) as unknown as string;
}

export function dataUrl(mediaType: string, base64: string | Base64): string {
  return base64Text(base64, `data:${mediaType || "application/octet-stream"};base64,`);
}

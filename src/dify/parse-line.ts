/**
 * A line of the daemon's as JSON, with large files in it left as bytes.
 *
 * A file of megabytes comes in hundreds of reads, nearly all of which hold nothing but a part of its base64.
 * These are set aside, and only the rest becomes text.
 */
import { isAscii } from "node:buffer";
import { Base64 } from "./base64.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What stands before a file. */
const KEY = Buffer.from('"base64_data":"');

/** Stands for a file; no one else's text holds it. Not made before there is one: Node loads much for it. */
let unique: string | undefined;
const placeholder = (at: number): string => `${(unique ??= crypto.randomUUID())}${at}`;

/**
 * @param pieces the bytes of the line, cut anywhere
 * @throws SyntaxError
 */
export function parseLine(pieces: readonly Buffer[]): unknown {
  const [only] = pieces;
  // A large file is not in one piece.
  if (only && pieces.length === 1) return JSON.parse(only.toString("utf8"));
  const files: Base64[] = [];
  const rest: Buffer[] = [];
  let inside: Buffer[] = [];
  for (const piece of pieces) {
    if (rest.length > 0 && isInsideString(piece)) {
      inside.push(piece);
      continue;
    }
    const start = inside.length > 0 ? startOfFile(rest) : undefined;
    const end = piece.indexOf(QUOTE);
    const last = rest.at(-1);
    if (last && start !== undefined && end !== -1 && isInsideString(piece.subarray(0, end))) {
      rest.pop();
      rest.push(last.subarray(0, start), Buffer.from(placeholder(files.length)), piece.subarray(end));
      files.push(new Base64([last.subarray(start), ...inside, piece.subarray(0, end)]));
    } else {
      rest.push(...inside, piece);
    }
    inside = [];
  }
  rest.push(...inside);
  const text = Buffer.concat(rest).toString("utf8");
  if (files.length === 0) return JSON.parse(text);
  const byPlaceholder = new Map<unknown, Base64>(files.map((file, at) => [placeholder(at), file]));
  return JSON.parse(text, (_name, value: unknown) => byPlaceholder.get(value) ?? value);
}

/** Whether the bytes hold nothing that ends a string or that JSON writes in another way. */
function isInsideString(bytes: Buffer): boolean {
  return !bytes.includes(QUOTE) && !bytes.includes(BACKSLASH) && isAscii(bytes);
}

/** Where in the last piece the value of a file begins that goes on after it; undefined when none does. */
function startOfFile(pieces: readonly Buffer[]): number | undefined {
  const [last, before = Buffer.alloc(0)] = pieces.slice(-2).toReversed();
  if (!last) return undefined;
  const start = last.lastIndexOf(QUOTE) + 1;
  if (!isInsideString(last.subarray(start))) return undefined;
  const reach = KEY.length + 1;
  const head = Buffer.concat([before.subarray(-reach), last.subarray(Math.max(0, start - reach), start)]);
  if (head.length < reach || !head.subarray(-KEY.length).equals(KEY)) return undefined;
  // An escaped quotation mark is a character of a longer name.
  return head.at(-reach) === BACKSLASH ? undefined : start;
}

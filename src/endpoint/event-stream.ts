/**
 * Reads an answer that should be an event stream into the texts of its events.
 *
 * A server that was asked for a stream may answer with one JSON document, or with a document a line, and
 * one that was not asked may stream: what it is shows in its first character, not in its content type.
 */
import { createParser } from "eventsource-parser";
import { parseJson } from "./parse-json.ts";

export interface EventStream {
  /** Takes the next bytes. */
  push(bytes: Buffer): void;
  /** Takes the end of the answer. */
  end(): void;
}

export interface EventStreamHandlers {
  /** The text of one event, one line, or the whole document. */
  onData: (data: string) => void;
  /** The text of an event that the server marked as an error. */
  onError: (text: string) => void;
  /** The answer is one document, which ends with the answer. */
  onDocument: () => void;
  /** `[DONE]` was read. */
  onDone: () => void;
}

/** Bytes of a line that is not finished, and characters of an event or a document: a rough bound. */
const MAX_EVENT_LENGTH = 64 * 1024 * 1024;
const TOO_LONG = `an event of more than ${MAX_EVENT_LENGTH} bytes`;

/** What gateways send to keep a connection open, besides comments. */
const KEEP_ALIVE_EVENTS: ReadonlySet<string | undefined> = new Set(["ping", "keepalive", "keep-alive"]);
const KEEP_ALIVE_DATA = /^\s*(?:ping|\[ping\]|keep-?alive)?\s*$/i;

const LF = 0x0a;
const CR = 0x0d;

/** Takes text line by line, any number of lines at once. */
interface LineReader {
  push(lines: string): void;
  /** Takes what the answer ends in: a line without its end, or nothing. */
  end(rest: string): void;
}

export function createEventStream(handlers: EventStreamHandlers): EventStream {
  let unfinished: Buffer[] = [];
  let size = 0;
  let reader: LineReader | undefined;

  /** The bytes as text. A line end is no part of another character: whole lines can be decoded by themselves. */
  function decode(bytes: Buffer): string {
    const text = (unfinished.length === 0 ? bytes : Buffer.concat([...unfinished, bytes])).toString("utf8");
    unfinished = [];
    size = 0;
    return reader ? text : withoutHead(text);
  }

  /** Without what may stand before an answer; its first character chooses the reader. */
  function withoutHead(text: string): string {
    // A byte-order mark, or the empty lines DeepSeek sends while a request is queued.
    const start = text.replace(/^\ufeff/, "").trimStart();
    if (start !== "") reader = '{["<'.includes(start.charAt(0)) ? readJson(handlers) : readEvents(handlers);
    return start;
  }

  return {
    push(bytes) {
      const end = endOfLines(bytes);
      if (end > 0) {
        const lines = decode(bytes.subarray(0, end));
        reader?.push(lines);
      }
      if (end === bytes.length) return;
      unfinished.push(bytes.subarray(end));
      size += bytes.length - end;
      if (size > MAX_EVENT_LENGTH) handlers.onError(TOO_LONG);
    },
    end() {
      const rest = decode(Buffer.alloc(0));
      reader?.end(rest);
    },
  };
}

/** Where the last whole line ends; 0 when none does. */
function endOfLines(bytes: Buffer): number {
  if (bytes[bytes.length - 1] === LF) return bytes.length;
  return Math.max(bytes.lastIndexOf(LF), bytes.lastIndexOf(CR)) + 1;
}

function readEvents({ onData, onError, onDone }: EventStreamHandlers): LineReader {
  let done = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent({ data, event }) {
      // What follows [DONE] is no part of the answer.
      if (done || (event !== undefined && KEEP_ALIVE_EVENTS.has(event))) return;
      const isObject = data.startsWith("{");
      if (!isObject && KEEP_ALIVE_DATA.test(data)) return;
      if (!isObject && data.trim() === "[DONE]") {
        done = true;
        onDone();
      } else if (event === "error") {
        onError(data);
      } else {
        onData(data);
      }
    },
    onError({ type, field, value }) {
      // llama.cpp before 2025 wrote `error: {…}` in place of `data: {"error":…}`.
      if (type === "unknown-field" && field === "error") onError(value ?? "");
      if (type === "max-buffer-size-exceeded") onError(TOO_LONG);
    },
  });
  return {
    // Whole lines only: the parser forgets an unknown field that is cut in two, and with it `error:`.
    push: (lines) => parser.feed(lines),
    // A server may leave out the blank line that ends the last event.
    end: (rest) => parser.feed(`${rest}\n\n`),
  };
}

/** One document, or one a line: it is lines when the first line is a document by itself. */
function readJson({ onData, onDocument, onError }: EventStreamHandlers): LineReader {
  let pieces: string[] = [];
  let lines: boolean | undefined;
  let count = 0;
  let size = 0;

  function takeLine(line: string): void {
    if (line.trim() === "") return;
    count += 1;
    onData(line);
  }

  function push(text: string): void {
    pieces.push(text);
    size += text.length;
    if (size > MAX_EVENT_LENGTH) onError(TOO_LONG);
    if (lines === false || !text.includes("\n")) return;
    const [first = "", ...rest] = pieces.join("").split("\n");
    lines ??= parseJson(first) !== undefined;
    if (!lines) return;
    const last = rest.pop() ?? "";
    pieces = last === "" ? [] : [last];
    size = last.length;
    takeLine(first);
    for (const line of rest) takeLine(line);
  }

  return {
    push,
    end(rest) {
      push(rest);
      const text = pieces.join("");
      if (lines && count + (text.trim() === "" ? 0 : 1) > 1) return takeLine(text);
      onDocument();
      if (!lines || text.trim() !== "") onData(text);
    },
  };
}

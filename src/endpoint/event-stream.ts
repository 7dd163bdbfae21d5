/**
 * Reads an answer that should be an event stream into the texts of its events.
 *
 * A server that was asked for a stream may answer with one JSON document, or with a document a line, and
 * one that was not asked may stream: what it is shows in its first character, not in its content type.
 */
import { StringDecoder } from "node:string_decoder";
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

const MAX_EVENT_CHARACTERS = 64 * 1024 * 1024;
const TOO_LONG = `an event of more than ${MAX_EVENT_CHARACTERS} characters`;

/** What gateways send to keep a connection open, besides comments. */
const KEEP_ALIVE_EVENTS: ReadonlySet<string | undefined> = new Set(["ping", "keepalive", "keep-alive"]);
const KEEP_ALIVE_DATA = /^\s*(?:ping|\[ping\]|keep-?alive)?\s*$/i;

/** Takes decoded text, cut anywhere. */
interface TextReader {
  push(text: string): void;
  end(): void;
}

export function createEventStream(handlers: EventStreamHandlers): EventStream {
  const decoder = new StringDecoder("utf8");
  let reader: TextReader | undefined;

  function take(text: string): void {
    if (!reader) {
      // A byte-order mark, or the empty lines DeepSeek sends while a request is queued.
      const head = text.replace(/^\ufeff/, "").trimStart();
      if (head === "") return;
      reader = '{["<'.includes(head.charAt(0)) ? readJson(handlers) : readEvents(handlers);
      reader.push(head);
    } else {
      reader.push(text);
    }
  }

  return {
    push: (bytes) => take(decoder.write(bytes)),
    end() {
      take(decoder.end());
      reader?.end();
    },
  };
}

function readEvents({ onData, onError, onDone }: EventStreamHandlers): TextReader {
  let unfinished: string[] = [];
  let size = 0;
  let done = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent({ data, event }) {
      // What follows [DONE] is no part of the answer.
      if (done || KEEP_ALIVE_EVENTS.has(event)) return;
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
    push(text) {
      // Whole lines only: the parser forgets an unknown field that is cut in two, and with it `error:`.
      const end = text.endsWith("\n")
        ? text.length
        : Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
      if (end > 0) {
        parser.feed(unfinished.join("") + text.slice(0, end));
        unfinished = [];
      }
      if (end < text.length) {
        unfinished.push(text.slice(end));
        size = (end > 0 ? 0 : size) + text.length - end;
        if (size > MAX_EVENT_CHARACTERS) onError(TOO_LONG);
      }
    },
    end() {
      // A server may leave out the blank line that ends the last event.
      parser.feed(`${unfinished.join("")}\n\n`);
    },
  };
}

/** One document, or one a line: it is lines when the first line is a document by itself. */
function readJson({ onData, onDocument, onError }: EventStreamHandlers): TextReader {
  let pieces: string[] = [];
  let lines: boolean | undefined;
  let count = 0;
  let size = 0;

  function takeLine(line: string): void {
    if (line.trim() === "") return;
    count += 1;
    onData(line);
  }

  return {
    push(text) {
      pieces.push(text);
      size += text.length;
      if (size > MAX_EVENT_CHARACTERS) onError(TOO_LONG);
      if (lines === false || !text.includes("\n")) return;
      const [first = "", ...rest] = pieces.join("").split("\n");
      lines ??= parseJson(first) !== undefined;
      if (!lines) return;
      const last = rest.pop() ?? "";
      pieces = last === "" ? [] : [last];
      size = last.length;
      takeLine(first);
      for (const line of rest) takeLine(line);
    },
    end() {
      const text = pieces.join("");
      if (lines && count + (text.trim() === "" ? 0 : 1) > 1) return takeLine(text);
      onDocument();
      if (!lines || text.trim() !== "") onData(text);
    },
  };
}

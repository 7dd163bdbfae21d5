/**
 * Reads an answer that should be an event stream into its JSON values.
 *
 * A server that was asked for a stream may answer with one JSON document, and one that was not asked may
 * stream: what it is shows in its first character, not in its content type.
 */
import { StringDecoder } from "node:string_decoder";
import { createParser } from "eventsource-parser";

export interface EventStream {
  /** Takes the next bytes. */
  push(bytes: Buffer): void;
  /** Takes the end of the answer. */
  end(): void;
}

export interface EventStreamHandlers {
  /** The text of one event, or the whole document when the answer is no stream. */
  onData: (data: string) => void;
  /** The answer is one document. */
  onDocument: () => void;
  /** `[DONE]` was read. */
  onDone: () => void;
}

const MAX_EVENT_CHARACTERS = 64 * 1024 * 1024;

export function createEventStream({ onData, onDocument, onDone }: EventStreamHandlers): EventStream {
  const decoder = new StringDecoder("utf8");
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARACTERS,
    onEvent: ({ data }) => (data.trim() === "[DONE]" ? onDone() : onData(data)),
  });
  let document: string[] | undefined;
  let begun = false;

  function take(text: string): void {
    if (!begun) {
      const head = text.replace(/^\ufeff/, "").trimStart();
      if (head === "") return;
      begun = true;
      if ('{["<'.includes(head.charAt(0))) {
        document = [];
        onDocument();
      }
    }
    if (document) document.push(text);
    else parser.feed(text);
  }

  return {
    push: (bytes) => take(decoder.write(bytes)),
    end() {
      take(decoder.end());
      if (document) onData(document.join(""));
      // A server may leave out the blank line that ends the last event.
      else parser.feed("\n\n");
    },
  };
}

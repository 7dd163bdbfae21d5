import { finished, type Readable, type Writable } from "node:stream";
import { LineWriter } from "./line-writer.ts";
import { LineBuffer } from "./lines.ts";
import type { Transport, TransportHandlers } from "./transport.ts";

/** Lines over a pair of streams: stdin and stdout, or the two directions of a socket. */
export class StreamTransport extends LineWriter implements Transport {
  readonly #input: Readable;

  constructor(input: Readable, output: Writable) {
    super(output);
    this.#input = input;
  }

  start({ onLine, onClose }: TransportHandlers): void {
    const lines = new LineBuffer();
    this.#input.on("data", (bytes: Buffer) => {
      for (const line of lines.push(bytes)) onLine(line);
    });
    finished(this.#input, { writable: false }, (error) => {
      const rest = lines.rest();
      // What a broken connection leaves half is no line.
      if (!error && rest.length > 0) onLine(rest);
      onClose();
    });
  }
}

import type { Readable, Writable } from "node:stream";
import { LineBuffer } from "./lines.ts";
import type { Transport, TransportHandlers } from "./transport.ts";

/**
 * Lines over stdin and stdout, as a daemon on the same machine speaks them.
 *
 * All lines of one event-loop turn leave in one write. Node's stdout is asynchronous on a pipe: a daemon
 * that stops reading would turn into our memory, hence `send` reports when to pause.
 */
export class StdioTransport implements Transport {
  readonly #input: Readable;
  readonly #output: Writable;
  #queue: string[] = [];
  #scheduled = false;
  #full = false;
  #waiting: (() => void)[] = [];

  constructor(input: Readable = process.stdin, output: Writable = process.stdout) {
    this.#input = input;
    this.#output = output;
  }

  start({ onLine, onClose }: TransportHandlers): void {
    const lines = new LineBuffer();
    this.#input.on("data", (bytes: Buffer) => {
      for (const line of lines.push(bytes)) onLine(line);
    });
    this.#input.once("end", () => {
      const rest = lines.rest();
      if (rest !== "") onLine(rest);
      onClose();
    });
    this.#input.once("error", onClose);
  }

  send(line: string): boolean {
    this.#queue.push(line);
    if (!this.#scheduled && !this.#full) {
      this.#scheduled = true;
      setImmediate(() => this.#write());
    }
    return !this.#full;
  }

  drained(): Promise<void> {
    if (!this.#full) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async flushed(): Promise<void> {
    while (this.#full) await this.drained();
    this.#write();
    await new Promise<void>((resolve) => this.#output.write("", () => resolve()));
  }

  #write(): void {
    this.#scheduled = false;
    if (this.#queue.length === 0) return;
    const text = `${this.#queue.join("\n")}\n`;
    this.#queue = [];
    if (this.#output.write(text)) return;
    this.#full = true;
    this.#output.once("drain", () => this.#resume());
  }

  #resume(): void {
    this.#full = false;
    this.#write();
    if (this.#full) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

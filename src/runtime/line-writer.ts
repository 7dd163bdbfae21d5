import type { Writable } from "node:stream";
import type { LineOutput } from "./transport.ts";

/**
 * Writes lines to a stream.
 *
 * All lines of one event-loop turn leave in one write. Node's streams are asynchronous: a daemon that stops
 * reading would turn into our memory, hence `send` reports when to pause. What is sent after the output
 * has closed is dropped: nobody is left to read it.
 */
export class LineWriter implements LineOutput {
  readonly #output: Writable;
  #queue: string[] = [];
  #scheduled = false;
  #full = false;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(output: Writable) {
    this.#output = output;
    output.once("close", () => {
      this.#closed = true;
      this.#resume();
    });
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
    if (this.#closed) return;
    await new Promise<void>((resolve) => this.#output.write("", () => resolve()));
  }

  #write(): void {
    this.#scheduled = false;
    if (this.#closed) this.#queue = [];
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

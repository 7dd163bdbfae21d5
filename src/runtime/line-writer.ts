import type { Writable } from "node:stream";
import type { Line } from "./lines.ts";
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
  #queue: (string | Line)[] = [];
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

  send(line: string | Line): boolean {
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
    let free = true;
    for (const piece of joined(this.#queue)) free = this.#output.write(piece);
    this.#queue = [];
    if (free) return;
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

/** Texts that follow each other become one; bytes are not copied. */
function joined(lines: readonly (string | Line)[]): (string | Buffer)[] {
  const pieces: (string | Buffer)[] = [];
  let texts: string[] = [];
  for (const line of lines) {
    if (typeof line === "string") {
      texts.push(line);
    } else {
      if (texts.length > 0) pieces.push(`${texts.join("\n")}\n`);
      texts = [];
      pieces.push(...line, "\n");
    }
  }
  if (texts.length > 0) pieces.push(`${texts.join("\n")}\n`);
  return pieces;
}

import type { ErrorType } from "../dify/errors.ts";
import { MAX_LINE_BYTES } from "../dify/limits.ts";
import type { Sink } from "../dify/models.ts";
import { byteLength } from "./lines.ts";
import type { LineOutput } from "./transport.ts";

const MAX_MESSAGE = 4_000;

/** An answer that does not fit into one line. Local: it never crosses the wire under this name. */
export class LineTooLong extends Error {
  override readonly name = "LineTooLong";
  readonly bytes: number;

  constructor(bytes: number) {
    super(`a line of ${bytes} bytes exceeds ${MAX_LINE_BYTES}`);
    this.bytes = bytes;
  }

  static readonly limit = MAX_LINE_BYTES;
}

/** The answer to one request: any number of pieces, then `end`, or an error and `end`. */
export class Session implements Sink<unknown> {
  readonly #output: LineOutput;
  readonly #prefix: string;
  readonly #piecePrefix: string;
  #ended = false;

  constructor(output: LineOutput, id: string) {
    this.#output = output;
    this.#prefix = `{"event":"session","session_id":${JSON.stringify(id)},"data":{"type":`;
    this.#piecePrefix = `${this.#prefix}"stream","data":`;
  }

  /** @throws LineTooLong before anything was sent */
  write(piece: unknown): boolean {
    return this.writeJson(JSON.stringify(piece));
  }

  /** A piece that is JSON text already. @throws LineTooLong before anything was sent */
  writeJson(json: string): boolean {
    const line = `${this.#piecePrefix}${json}}}`;
    // A UTF-16 unit takes at most three bytes, so that only long lines need counting.
    if (line.length * 3 > MAX_LINE_BYTES) {
      const bytes = Buffer.byteLength(line);
      if (bytes > MAX_LINE_BYTES) throw new LineTooLong(bytes);
    }
    // Who gave the request up has ended its answer.
    return this.#ended || this.#output.send(line);
  }

  /** A piece that is the bytes of JSON. @throws LineTooLong before anything was sent */
  writeBytes(json: readonly Buffer[]): boolean {
    const line = [Buffer.from(this.#piecePrefix), ...json, Buffer.from("}}")];
    const bytes = byteLength(line);
    if (bytes > MAX_LINE_BYTES) throw new LineTooLong(bytes);
    return this.#ended || this.#output.send(line);
  }

  drained(): Promise<void> {
    return this.#output.drained();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#output.send(`${this.#prefix}"end","data":{}}}`);
  }

  /** `args` stays empty: Dify shows it to end users for some classes. */
  fail(type: ErrorType, message: string): void {
    if (this.#ended) return;
    // A message may quote what was asked, which may be of any length.
    const error = JSON.stringify({ error_type: type, message: message.slice(0, MAX_MESSAGE), args: {} });
    this.#output.send(`${this.#prefix}"error","data":${error}}}`);
    this.end();
  }
}

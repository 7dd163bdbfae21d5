import type { ErrorType } from "../dify/errors.ts";
import { MAX_LINE_BYTES } from "../dify/limits.ts";
import type { Sink } from "../dify/models.ts";
import type { Transport } from "./transport.ts";

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
  readonly #transport: Transport;
  readonly #prefix: string;

  constructor(transport: Transport, id: string) {
    this.#transport = transport;
    this.#prefix = `{"event":"session","session_id":${JSON.stringify(id)},"data":{"type":`;
  }

  /** @throws LineTooLong before anything was sent */
  write(piece: unknown): boolean {
    return this.writeJson(JSON.stringify(piece));
  }

  /** A piece that is JSON text already. @throws LineTooLong before anything was sent */
  writeJson(json: string): boolean {
    const line = `${this.#prefix}"stream","data":${json}}}`;
    // A UTF-16 unit takes at most three bytes, so that only long lines need counting.
    if (line.length * 3 > MAX_LINE_BYTES) {
      const bytes = Buffer.byteLength(line);
      if (bytes > MAX_LINE_BYTES) throw new LineTooLong(bytes);
    }
    return this.#transport.send(line);
  }

  /** A piece that is the bytes of JSON. @throws LineTooLong before anything was sent */
  writeBytes(json: readonly Buffer[]): boolean {
    const line = [Buffer.from(`${this.#prefix}"stream","data":`), ...json, Buffer.from("}}")];
    const bytes = line.reduce((sum, { length }) => sum + length, 0);
    if (bytes > MAX_LINE_BYTES) throw new LineTooLong(bytes);
    return this.#transport.send(line);
  }

  drained(): Promise<void> {
    return this.#transport.drained();
  }

  end(): void {
    this.#transport.send(`${this.#prefix}"end","data":{}}}`);
  }

  /** `args` stays empty: Dify shows it to end users for some classes. */
  fail(type: ErrorType, message: string): void {
    // A message may quote what was asked, which may be of any length.
    const error = JSON.stringify({ error_type: type, message: message.slice(0, MAX_MESSAGE), args: {} });
    this.#transport.send(`${this.#prefix}"error","data":${error}}}`);
    this.end();
  }
}

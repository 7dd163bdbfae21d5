/**
 * The bytes of an answer: decompressed, at the reader's pace, and never waited for without end.
 */
import { pipeline, type Duplex, type Readable } from "node:stream";
import type { Deadline } from "./endpoint-error.ts";
import type { HttpAnswer } from "./http.ts";

/** Milliseconds. */
export interface Pace {
  /** Until the first byte. */
  firstByte: number;
  /** Between two pieces, from then on; asked again after each. */
  idle: () => number;
}

/** Nothing came for too long. */
export class Silence extends Error {
  override readonly name = "Silence";
  readonly deadline: Deadline;

  constructor(deadline: Deadline) {
    super(`silence: ${deadline}`);
    this.deadline = deadline;
  }
}

/** How long a server may keep a connection open after what seems to be the last event. */
export const LINGER_MS = 1_000;

/**
 * Hands over the bytes as they come. A promise from `onBytes` holds the server back until it resolves;
 * "stop" ends the reading early.
 *
 * @throws Silence, or what the connection broke with
 */
export function readBody(
  http: HttpAnswer,
  { firstByte, idle }: Pace,
  onBytes: (bytes: Buffer) => Promise<void> | "stop" | undefined,
): Promise<void> {
  const body = decoded(http);
  return new Promise((resolve, reject) => {
    let clock = setTimeout(() => fail(new Silence("first byte")), firstByte);
    let patience = 0;
    const fail = (error: unknown): void => {
      clearTimeout(clock);
      body.destroy();
      http.body.destroy();
      reject(error);
    };
    const wait = (): void => {
      clearTimeout(clock);
      patience = idle();
      clock = setTimeout(() => fail(new Silence("idle")), patience);
    };
    const resume = (): void => {
      wait();
      body.resume();
    };
    const onData = (bytes: Buffer): void => {
      try {
        const next = onBytes(bytes);
        if (next === "stop") {
          clearTimeout(clock);
          body.off("data", onData);
          letEnd(body);
          resolve();
        } else if (next) {
          // The pause is the reader's, not the server's.
          clearTimeout(clock);
          body.pause();
          void next.then(resume, fail);
        } else if (patience === idle()) {
          clock.refresh();
        } else {
          wait();
        }
      } catch (error) {
        fail(error);
      }
    };
    body.on("data", onData);
    body.once("end", () => {
      clearTimeout(clock);
      resolve();
    });
    body.once("error", fail);
  });
}

/** Servers compress unasked. */
function decoded({ headers, body }: HttpAnswer): Readable {
  const { "content-encoding": encoding } = headers;
  const decoder = encoding === undefined ? undefined : decoderFor(String(encoding).trim().toLowerCase());
  // A failure of either side reaches the reader through the decoder.
  return decoder ? pipeline(body, decoder, () => undefined) : body;
}

function decoderFor(encoding: string): Duplex | undefined {
  const zlib = process.getBuiltinModule("node:zlib");
  switch (encoding) {
    case "gzip":
    case "deflate":
      return zlib.createUnzip();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      return zlib.createZstdDecompress();
    default:
      return undefined;
  }
}

/** A body that ends by itself leaves its connection usable; one that does not is cut. */
function letEnd(body: Readable): void {
  const cut = setTimeout(() => body.destroy(), LINGER_MS);
  cut.unref();
  body.once("close", () => clearTimeout(cut));
  body.resume();
}

/**
 * The bytes of an answer: decompressed, at the reader's pace, and never waited for without end.
 */
import type { Duplex } from "node:stream";
import type { Deadline } from "./endpoint-error.ts";
import type { Body, HttpAnswer } from "./exchange.ts";

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
    let over = false;
    const fail = (error: unknown): void => {
      over = true;
      clearTimeout(clock);
      body.cancel(error as Error);
      reject(error);
    };
    const wait = (): void => {
      clearTimeout(clock);
      patience = idle();
      clock = setTimeout(() => fail(new Silence("idle")), patience);
    };
    const resume = (): void => {
      if (over) return;
      wait();
      body.resume();
    };
    const take = (bytes: Buffer): void => {
      const next = onBytes(bytes);
      if (next === "stop") {
        over = true;
        clearTimeout(clock);
        clock = cutLater(body);
        resolve();
        // The end may be here already, and stops the clock.
        body.resume();
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
    };
    body.read({
      onData(bytes) {
        if (over) return;
        try {
          take(bytes);
        } catch (error) {
          fail(error);
        }
      },
      onEnd() {
        over = true;
        clearTimeout(clock);
        resolve();
      },
      onError: fail,
    });
  });
}

/** A body that ends by itself leaves its connection usable; one that does not is cut. */
function cutLater(body: Body): NodeJS.Timeout {
  return setTimeout(() => body.cancel(new Error("the rest is not wanted")), LINGER_MS).unref();
}

/** Servers compress unasked. */
function decoded({ headers, body }: HttpAnswer): Body {
  const { "content-encoding": encoding } = headers;
  const decoder = encoding === undefined ? undefined : decoderFor(String(encoding).trim().toLowerCase());
  return decoder ? through(decoder, body) : body;
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

/** What comes out of a decoder. A failure of either side reaches the reader. */
function through(decoder: Duplex, body: Body): Body {
  return {
    read({ onData, onEnd, onError }) {
      decoder.on("data", onData).once("end", onEnd).on("error", onError);
      body.read({
        onData(bytes) {
          if (decoder.destroyed || decoder.write(bytes)) return;
          body.pause();
          decoder.once("drain", () => body.resume());
        },
        onEnd: () => decoder.end(),
        onError: (error) => decoder.destroy(error as Error),
      });
    },
    pause: () => decoder.pause(),
    resume: () => decoder.resume(),
    cancel(reason) {
      decoder.destroy();
      body.cancel(reason);
    },
  };
}

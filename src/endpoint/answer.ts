/**
 * The answer to one request: whole, as JSON values one by one, or as raw bytes. What is no answer of
 * such a server becomes an `EndpointError`, never an empty success.
 */
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createUnzip, createZstdDecompress } from "node:zlib";
import type * as z from "zod";
import { EndpointError, type FailureFacts, type FailureKind } from "./endpoint-error.ts";
import { clip, failureKind, isFailure, isHtml, readServerWords } from "./error-body.ts";
import { createEventStream } from "./event-stream.ts";
import { redirectTarget, transportFailure, type HttpAnswer } from "./http.ts";
import { parseJson } from "./parse-json.ts";
import { readRetryAfter, readShouldRetry } from "./retry.ts";
import { maskText, maskUrl } from "./secrets.ts";

/** Who reads an answer piece by piece. */
export interface Consumer<T> {
  /** Takes a piece. False asks to wait for `drained()` before the next. */
  write(piece: T): boolean;
  drained(): Promise<void>;
}

/** Characters of an answer kept to show what it was. */
const HEAD_LENGTH = 400;

/** How long a server may keep a connection open after the last event before it is cut. */
const LINGER_MS = 1_000;

export class Answer {
  readonly contentType: string;
  readonly #http: HttpAnswer;
  readonly #body: Readable;
  readonly #url: string;
  readonly #facts: FailureFacts;
  readonly #secrets: readonly string[];
  #head = "";

  /** @param url the one asked, unmasked */
  constructor(http: HttpAnswer, url: string, facts: FailureFacts, secrets: readonly string[]) {
    this.#http = http;
    this.#body = decoded(http);
    this.#url = url;
    this.#facts = { ...facts, status: http.statusCode };
    this.#secrets = secrets;
    this.contentType = String(http.headers["content-type"] ?? "").toLowerCase();
  }

  get ok(): boolean {
    return this.#http.statusCode >= 200 && this.#http.statusCode < 300;
  }

  /** The error this answer is, when its status says so. */
  async failure(): Promise<EndpointError> {
    return this.#failureFrom(await this.text());
  }

  /** An error about this answer, for a reader that cannot make sense of it; it shows how it begins. */
  fail(kind: FailureKind): EndpointError {
    return new EndpointError(kind, { ...this.#facts, words: clip(this.#head) });
  }

  async text(): Promise<string> {
    const pieces: Buffer[] = [];
    await this.#pump((bytes) => {
      pieces.push(bytes);
      return undefined;
    });
    return Buffer.concat(pieces).toString("utf8");
  }

  /** The JSON document. @throws EndpointError when it is a failure, or not of the expected shape */
  async read<T>(schema: z.ZodType<T>): Promise<T> {
    const { success, data } = schema.safeParse(this.#parse(await this.text()));
    if (!success) throw this.fail("not-an-api");
    return data;
  }

  /**
   * Hands over the JSON values of a stream, or the one document the server sent in its place.
   * `complete` tells whether `[DONE]`, or the document's end, was seen.
   */
  async values(consumer: Consumer<unknown>): Promise<{ complete: boolean }> {
    let complete = false;
    let count = 0;
    let full = false;
    let document = false;
    let ended = false;
    const stream = createEventStream({
      onError: (text) => {
        throw this.#failureFrom(text);
      },
      onData: (data) => {
        count += 1;
        // Half an event at the end is an answer that broke off.
        if (ended && !document && parseJson(data) === undefined) throw this.fail("truncated");
        full = !consumer.write(this.#parse(data)) || full;
      },
      onDocument: () => (document = true),
      onDone: () => (complete = true),
    });
    await this.#pump((bytes) => {
      stream.push(bytes);
      if (complete) return "stop";
      if (!full) return undefined;
      full = false;
      return consumer.drained();
    });
    ended = true;
    if (!complete) stream.end();
    if (count === 0) throw this.fail("not-an-api");
    return { complete: complete || document };
  }

  /** Hands over the body as it comes. */
  async bytes(consumer: Consumer<Buffer>): Promise<void> {
    await this.#pump((bytes) => (consumer.write(bytes) ? undefined : consumer.drained()));
  }

  #parse(text: string): unknown {
    const value = parseJson(text);
    if (value === undefined) throw isHtml(text) ? this.#failureFrom(text) : this.fail("not-an-api");
    if (isFailure(value)) throw this.#failureFrom(text);
    return value;
  }

  #failureFrom(unmasked: string): EndpointError {
    // Before anything is cut: half a key would not be recognised.
    const body = maskText(unmasked, this.#secrets);
    const { statusCode: status, headers } = this.#http;
    const { text, labels: _labels, ...named } = readServerWords(body);
    const location = redirectTarget(this.#http, this.#url);
    const retryAfter = readRetryAfter(headers, Date.now());
    const shouldRetry = readShouldRetry(headers["x-should-retry"]);
    return new EndpointError(this.#failureKind(body), {
      ...this.#facts,
      status,
      ...named,
      words: text,
      ...(location !== undefined && { location: maskUrl(location) }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(shouldRetry !== undefined && { shouldRetry }),
    });
  }

  #failureKind(body: string): FailureKind {
    const { statusCode: status } = this.#http;
    if (status >= 300 && status < 400) return "redirected";
    if (this.ok && isHtml(body)) return "web-page";
    return failureKind(status, readServerWords(body));
  }

  /** Reads the body with back-pressure. A promise from `onBytes` pauses it, "stop" ends it early. */
  #pump(onBytes: (bytes: Buffer) => Promise<void> | "stop" | undefined): Promise<void> {
    const body = this.#body;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        body.destroy();
        reject(transportFailure(error, this.#facts, true));
      };
      const onData = (bytes: Buffer): void => {
        if (this.#head === "") this.#head = maskText(bytes.toString("utf8", 0, HEAD_LENGTH), this.#secrets);
        try {
          const next = onBytes(bytes);
          if (next === "stop") {
            body.off("data", onData);
            letEnd(body);
            resolve();
          } else if (next) {
            body.pause();
            next.then(() => body.resume(), fail);
          }
        } catch (error) {
          fail(error);
        }
      };
      body.on("data", onData);
      body.once("end", resolve);
      body.once("error", fail);
    });
  }
}

/** Servers compress unasked. */
function decoded({ headers, body }: HttpAnswer): Readable {
  const decoders = {
    gzip: createUnzip,
    deflate: createUnzip,
    br: createBrotliDecompress,
    zstd: createZstdDecompress,
  };
  const encoding = String(headers["content-encoding"] ?? "")
    .trim()
    .toLowerCase();
  const decoder = Object.entries(decoders).find(([name]) => name === encoding)?.[1];
  // A failure of either side reaches the reader through the decoder.
  return decoder ? pipeline(body, decoder(), () => undefined) : body;
}

/** A body that ends by itself leaves its connection usable; one that does not is cut. */
function letEnd(body: Readable): void {
  const cut = setTimeout(() => body.destroy(), LINGER_MS);
  cut.unref();
  body.once("close", () => clearTimeout(cut));
  body.resume();
}

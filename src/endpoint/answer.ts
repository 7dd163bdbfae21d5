/**
 * The answer to one request: whole, as JSON values one by one, or as raw bytes. What is no answer of
 * such a server becomes an `EndpointError`, never an empty success.
 */
import type * as z from "zod";
import { LINGER_MS, readBody, Silence } from "./body.ts";
import { EndpointError, type FailureFacts, type FailureKind } from "./endpoint-error.ts";
import { clip, failureKind, isFailure, isHtml, readServerWords, type ServerWords } from "./error-body.ts";
import { createEventStream } from "./event-stream.ts";
import type { HttpAnswer } from "./exchange.ts";
import { redirectTarget, transportFailure } from "./http.ts";
import { parseJson } from "./parse-json.ts";
import { readRetryAfter, readShouldRetry } from "./retry.ts";
import { maskText, maskUrl } from "./secrets.ts";

/** Who reads an answer piece by piece. */
export interface Consumer<T> {
  /** Takes a piece. False asks to wait for `drained()` before the next. */
  write(piece: T): boolean;
  drained(): Promise<void>;
  /** True once nothing more is to come, whatever the connection does. */
  finished?(): boolean;
  /** True once nothing more need come: what comes all the same has to come soon. */
  complete?(): boolean;
}

/** How an answer ended. */
export interface Ending {
  /** `[DONE]` was read. */
  done: boolean;
  /** It was one document, not a stream. */
  document: boolean;
}

export interface AnswerContext {
  /** The one asked, unmasked. */
  url: string;
  /** What was asked, to be told with a failure. */
  facts: () => FailureFacts;
  /** What must not be shown, the longest first; asked for only when something is to be shown. */
  secrets: () => readonly string[];
  /** Milliseconds until the first byte, and between two pieces from then on. */
  pace: { firstByte: number; idle: number };
}

/** What is wrong with an answer. */
interface About {
  /** What it must have, and lacks. */
  missing?: string;
  /** Or what else is wrong, in words that hold nothing of the answer. */
  why?: string;
  /** What it is; how it begins, when not given. */
  shown?: string;
}

/** Bytes of an answer kept to show what it was. */
const HEAD_BYTES = 1_200;

/** A failure says what it has to say in this much. */
const MAX_FAILURE_BYTES = 1024 * 1024;

/** Embeddings take tens of megabytes; nothing honest takes this much. */
const MAX_DOCUMENT_BYTES = 256 * 1024 * 1024;

/** From this many bytes on, data shows that it is no text: every format has others than letters by then. */
const TELLING_BYTES = 16;

/** How audio begins, whatever it is called: WAV, MP3, Ogg, FLAC, and frames of MP3 or AAC. */
const AUDIO = /^(?:RIFF|ID3|OggS|fLaC|\xff[\xe0-\xff])/;

export class Answer {
  readonly contentType: string;
  readonly #http: HttpAnswer;
  readonly #context: AnswerContext;
  /** How it begins: a character a byte. A buffer so small would keep a large one that is shared. */
  #head = "";

  constructor(http: HttpAnswer, context: AnswerContext) {
    this.#http = http;
    this.#context = context;
    this.contentType = String(http.headers["content-type"] ?? "").toLowerCase();
  }

  /** Where it came from, with all that is secret in it. */
  get url(): string {
    return this.#context.url;
  }

  get ok(): boolean {
    return this.#http.statusCode >= 200 && this.#http.statusCode < 300;
  }

  /** The error this answer is, when its status says so. */
  async failure(): Promise<EndpointError> {
    return this.#failureFrom(await this.#text(MAX_FAILURE_BYTES));
  }

  /** An error about this answer, for a reader that cannot make sense of it. */
  fail(kind: FailureKind, { shown = this.#shownHead(), ...about }: About = {}): EndpointError {
    return new EndpointError(kind, { ...this.facts, words: clip(this.#mask(shown)), ...about });
  }

  /** Reads the answer to its end, of which nothing is wanted. */
  async discard(): Promise<void> {
    await this.#text(MAX_FAILURE_BYTES);
  }

  /** The JSON document. @throws EndpointError when it is a failure, or not of the expected shape */
  async read<T>(schema: z.ZodType<T>): Promise<T> {
    const { success, data, error } = schema.safeParse(this.#parse(await this.#text(MAX_DOCUMENT_BYTES)));
    if (!success) throw this.fail("not-an-api", { missing: error.issues[0]?.path.join(".") ?? "" });
    return data;
  }

  /**
   * The whole answer, with its value when it is JSON. @throws EndpointError when it is a failure or a web
   * page
   */
  async document(): Promise<{ text: string; value: unknown }> {
    const text = (await this.#text(MAX_DOCUMENT_BYTES)).replace(/^\ufeff/, "");
    const value = parseJson(text);
    if (isFailure(value) || isHtml(text)) throw this.#failureFrom(text);
    return { text, value };
  }

  /** Hands over the JSON values of a stream, or the one document the server sent in its place. */
  async values(consumer: Consumer<unknown>): Promise<Ending> {
    const ending: Ending = { done: false, document: false };
    let count = 0;
    let full = false;
    let ended = false;
    const stream = createEventStream({
      onError: (text) => {
        throw this.#failureFrom(text);
      },
      onData: (data) => {
        count += 1;
        // Half an event at the end is an answer that broke off.
        if (ended && !ending.document && parseJson(data) === undefined) throw this.fail("truncated");
        full = !consumer.write(this.#parse(data)) || full;
      },
      onDocument: () => (ending.document = true),
      onDone: () => (ending.done = true),
    });
    await this.#read((bytes) => {
      stream.push(bytes);
      if (ending.done || consumer.finished?.()) return "stop";
      if (!full) return undefined;
      full = false;
      return consumer.drained();
    }, consumer);
    ended = true;
    if (!ending.done && !consumer.finished?.()) stream.end();
    if (count === 0) throw this.fail(this.contentType.includes("event-stream") ? "no-answer" : "not-an-api");
    return ending;
  }

  /**
   * Hands over the body as it comes. @throws EndpointError when it is text: servers send a failure with a
   * status of 200, and with any content type
   */
  async bytes(consumer: Consumer<Buffer>): Promise<void> {
    let passing = false;
    let held: Buffer = Buffer.alloc(0);
    await this.#read((bytes) => {
      if (!passing) {
        held = Buffer.concat([held, bytes]);
        if (held.length > MAX_FAILURE_BYTES) return "stop";
        if (held.length < TELLING_BYTES || this.#isText(held)) return undefined;
        passing = true;
        return consumer.write(held) ? undefined : consumer.drained();
      }
      return consumer.write(bytes) ? undefined : consumer.drained();
    });
    if (passing) return;
    if (held.length === 0) throw this.fail("not-an-api");
    if (!this.#isText(held)) {
      consumer.write(held);
      return;
    }
    const body = held.toString("utf8").replace(/^\ufeff/, "");
    throw isFailure(parseJson(body)) || isHtml(body) ? this.#failureFrom(body) : this.fail("not-an-api");
  }

  /** What it was asked for, and how it was asked. */
  get facts(): FailureFacts {
    return { ...this.#context.facts(), status: this.#http.statusCode };
  }

  #shownHead(): string {
    return Buffer.from(this.#head, "latin1").toString("utf8");
  }

  #mask(text: string): string {
    return maskText(text, this.#context.secrets());
  }

  #isText(bytes: Buffer): boolean {
    const head = bytes.toString("latin1", 0, TELLING_BYTES);
    if (/json|html|xml|^text\//.test(this.contentType) && !AUDIO.test(head)) return true;
    return /^(?:\xef\xbb\xbf)?\s*[{[<"]/.test(head) || /^[\t\r\n -~]*$/.test(head);
  }

  async #text(limit: number): Promise<string> {
    const pieces: Buffer[] = [];
    let size = 0;
    await this.#read((bytes) => {
      pieces.push(bytes);
      size += bytes.length;
      return size > limit ? "stop" : undefined;
    });
    if (size > limit && this.ok) throw this.fail("not-an-api");
    return Buffer.concat(pieces).toString("utf8");
  }

  #parse(text: string): unknown {
    const value = parseJson(text);
    if (value === undefined)
      throw isHtml(text) ? this.#failureFrom(text) : this.fail("not-an-api", { shown: text });
    if (isFailure(value)) throw this.#failureFrom(text);
    return value;
  }

  #failureFrom(unmasked: string): EndpointError {
    // Before anything is cut: half a key would not be recognised.
    const body = this.#mask(unmasked);
    const { headers } = this.#http;
    const serverWords = readServerWords(body);
    const { text: words, labels: _labels, ...named } = serverWords;
    const location = redirectTarget(this.#http, this.#context.url);
    const retryAfter = readRetryAfter(headers, Date.now());
    const shouldRetry = readShouldRetry(headers["x-should-retry"]);
    return new EndpointError(this.#failureKind(body, serverWords), {
      ...this.facts,
      ...named,
      // Once more: a form of it may have been hidden in another.
      words: this.#mask(words),
      ...(location !== undefined && { location: this.#mask(maskUrl(location)) }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(shouldRetry !== undefined && { shouldRetry }),
    });
  }

  #failureKind(body: string, words: ServerWords): FailureKind {
    const { statusCode: status } = this.#http;
    if (status >= 300 && status < 400) return "redirected";
    if (this.ok && isHtml(body)) return "web-page";
    return failureKind(status, words);
  }

  async #read(
    onBytes: (bytes: Buffer) => Promise<void> | "stop" | undefined,
    { complete }: Pick<Consumer<never>, "complete"> = {},
  ): Promise<void> {
    const { firstByte, idle } = this.#context.pace;
    const pace = { firstByte, idle: () => (complete?.() ? Math.min(idle, LINGER_MS) : idle) };
    try {
      await readBody(this.#http, pace, (bytes) => {
        const wanted = HEAD_BYTES - this.#head.length;
        if (wanted > 0) this.#head += bytes.toString("latin1", 0, wanted);
        return onBytes(bytes);
      });
    } catch (error) {
      if (error instanceof Silence) {
        throw new EndpointError("deadline", { ...this.facts, deadline: error.deadline }, { cause: error });
      }
      throw transportFailure(error, this.facts, true);
    }
  }
}

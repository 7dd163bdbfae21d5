/**
 * One request on its way to a server, and the answer on its way back.
 *
 * It is undici's handler itself: the stream that undici would put between costs a fifth of what a short request
 * does.
 */
import type { Dispatcher } from "undici";

/** By their names in lower case; any may come more than once. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Bytes as they come. */
export interface Body {
  /** Begins to hand them over, once. */
  read(reader: BodyReader): void;
  /** Hands over nothing until `resume`, but for a failure, and holds the sender back. */
  pause(): void;
  resume(): void;
  /** Gives up: the connection is cut, unless it came to its end. */
  cancel(reason: Error): void;
}

/** Whoever reads a body to its end, or to its failure; one of both is told, once. */
export interface BodyReader {
  onData: (bytes: Buffer) => void;
  onEnd: () => void;
  onError: (error: unknown) => void;
}

type Controller = Dispatcher.DispatchController;

/** Sends a request. @throws whatever kept the head of an answer from coming, or the signal's reason */
export function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    else dispatcher.dispatch(options, new Exchange(signal, resolve, reject));
  });
}

class Exchange implements Dispatcher.DispatchHandler, Body {
  readonly #signal: AbortSignal;
  readonly #onAnswer: (answer: HttpAnswer) => void;
  readonly #onNoAnswer: (error: unknown) => void;
  readonly #giveUp = (): void => this.cancel(this.#signal.reason as Error);
  #controller: Controller | undefined;
  #cancelled: Error | undefined;
  #reader: BodyReader | undefined;
  #paused = false;
  /** What came in one read with the head, before whoever waits for it could ask for the rest, or while paused. */
  #waiting: Buffer[] = [];
  #ending: ((reader: BodyReader) => void) | undefined;

  constructor(
    signal: AbortSignal,
    onAnswer: (answer: HttpAnswer) => void,
    onNoAnswer: (error: unknown) => void,
  ) {
    this.#signal = signal;
    this.#onAnswer = onAnswer;
    this.#onNoAnswer = onNoAnswer;
    signal.addEventListener("abort", this.#giveUp);
  }

  onRequestStart(controller: Controller): void {
    this.#controller = controller;
    if (this.#cancelled) controller.abort(this.#cancelled);
  }

  onResponseStart(controller: Controller, statusCode: number, headers: Headers): void {
    // They would keep what else was read with them for as long as the answer lasts.
    controller.rawHeaders = null;
    // 1xx announce an answer.
    if (statusCode >= 200) this.#onAnswer({ statusCode, headers, body: this });
  }

  onResponseData(controller: Controller, bytes: Buffer): void {
    // The page that comes with a proxy's refusal, which was told.
    if (this.#ending) controller.abort(new Error("nobody reads this"));
    else if (this.#reader && !this.#paused) this.#reader.onData(bytes);
    else this.#waiting.push(bytes);
  }

  onResponseEnd(): void {
    this.#end((reader) => reader.onEnd());
  }

  onResponseError(_controller: Controller, error: Error): void {
    // Too late for whoever has the answer.
    this.#onNoAnswer(error);
    // Nobody waits for a failure behind what is held back.
    if (this.#reader) this.#waiting = [];
    this.#paused = false;
    this.#end((reader) => reader.onError(error));
  }

  read(reader: BodyReader): void {
    this.#reader = reader;
    this.#handOver();
  }

  pause(): void {
    this.#paused = true;
    this.#controller?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#handOver();
    if (!this.#paused) this.#controller?.resume();
  }

  cancel(reason: Error): void {
    this.#cancelled = reason;
    this.#controller?.abort(reason);
    // A request that waits for its connection would tell only once it has one.
    this.#onNoAnswer(reason);
  }

  #end(ending: (reader: BodyReader) => void): void {
    this.#signal.removeEventListener("abort", this.#giveUp);
    this.#ending = ending;
    this.#handOver();
  }

  #handOver(): void {
    while (this.#reader && !this.#paused) {
      const bytes = this.#waiting.shift();
      if (!bytes) break;
      this.#reader.onData(bytes);
    }
    const reader = this.#reader;
    if (!reader || !this.#ending || this.#paused) return;
    this.#reader = undefined;
    this.#ending(reader);
  }
}

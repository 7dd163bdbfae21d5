/**
 * One call as it happens: what the plugin is asked, sends, reads and answers, in one sequence.
 *
 * Everything is scrubbed when it comes, so that nothing secret is kept.
 */
import type { Exchange } from "../check/wire.ts";
import type { PluginMessage } from "../host/plugin-process.ts";
import { rounded } from "./clock.ts";
import type { CallEvent, CallSummary, Outcome, PluginFailure } from "./contract.ts";
import type { CallListener } from "./plugin-host.ts";
import { EventLog } from "./event-log.ts";
import { Numbers } from "./numbers.ts";
import { payload } from "./payload.ts";
import { Origins } from "./origins.ts";
import type { StreamScrub } from "./scrub.ts";
import type { StoredModel } from "./subject.ts";
import type { TapEvent } from "./tap-events.ts";

type TimedEvent = Exclude<CallEvent, { event: "queued" }>;
/** An event without what the record adds. */
type Draft<E> = E extends unknown ? Omit<E, "n" | "at"> : never;

/** One HTTP request with its answer, without secrets. */
export interface RecordedExchange {
  readonly exchange: Exchange;
  /** Microseconds since the Dify line in. */
  readonly began: number;
  /** Reads and bytes of the answer's body. */
  count: number;
  received: number;
  /** Whether there may be more to come. */
  isOpen: boolean;
  /** Whether the answer came to its end. */
  isComplete: boolean;
  readonly scrub: StreamScrub;
}

export class CallRecord implements CallListener {
  readonly id: string;
  readonly stored: StoredModel;
  /** What Dify asks, with the user's own content and no secrets. */
  readonly data: { action: string } & Record<string, unknown>;
  readonly exchanges: RecordedExchange[] = [];
  /** Pieces of the answer, as Dify gets them. */
  readonly pieces: unknown[] = [];
  readonly #started = new Date().toISOString();
  readonly kept: EventLog;
  readonly #numbers = new Numbers();
  readonly #origins = new Origins();
  /** The plugin's number of its exchanges → ours. */
  readonly #known = new Map<number, number>();
  /** Told when no request is under way any more. */
  readonly #waiting: (() => void)[] = [];
  #start = 0;
  /** When Dify's last line was written. */
  #answeredAt: number | undefined;
  #next = 0;
  #outcome: Outcome | undefined;
  #failure: PluginFailure | undefined;

  /** @param ahead how many calls wait before it; @param tell gets every event when it happens */
  constructor(
    id: string,
    stored: StoredModel,
    data: { action: string } & Record<string, unknown>,
    ahead: number,
    tell: (event: CallEvent) => void,
  ) {
    this.id = id;
    this.stored = stored;
    this.data = data;
    this.kept = new EventLog(tell);
    const { type, model } = stored;
    this.kept.add({ event: "queued", id: this.id, type, model, started: this.#started, ahead });
  }

  get summary(): CallSummary {
    const [first] = this.exchanges;
    const last = this.exchanges.at(-1);
    return {
      id: this.id,
      type: this.stored.type,
      model: this.stored.model,
      started: this.#started,
      ...(first && { url: first.exchange.url }),
      ...(last?.exchange.status !== undefined && { status: last.exchange.status }),
      ...(this.#outcome && { outcome: this.#outcome, numbers: this.#numbers.result }),
      ...(this.#failure && { error: this.#failure }),
      bytes: this.kept.bytes,
      forgotten: this.kept.forgotten,
    };
  }

  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  get failure(): PluginFailure | undefined {
    return this.#failure;
  }

  asked(line: string, at: number): void {
    this.#start = at;
    const bytes = Buffer.from(this.stored.scrub.json(line));
    // The same again in `data`.
    this.kept.weigh(bytes.length);
    this.#told(at, { event: "dify-in", line: payload(bytes, "text/plain", Buffer.byteLength(line)) }, bytes);
  }

  http(event: Exclude<TapEvent, { event: "lines" }>): void {
    if (event.event === "request") {
      this.#request(event);
      return;
    }
    const exchange = this.#known.get(event.exchange);
    const recorded = exchange === undefined ? undefined : this.exchanges[exchange];
    // An earlier call's, which was cut off.
    if (exchange === undefined || !recorded) return;
    switch (event.event) {
      case "response": {
        const headers = this.stored.scrub.answerHeaders(event.headers);
        recorded.exchange.status = event.status;
        recorded.exchange.answerHeaders = Object.fromEntries(headers);
        recorded.exchange.headAfter = (event.at - this.#start - recorded.began) / 1_000;
        this.#told(event.at, { event: "http-response", exchange, status: event.status, headers });
        return;
      }
      case "chunk":
        this.#chunk(event, exchange, recorded);
        return;
      case "complete": {
        recorded.isComplete = true;
        const { received: bytes } = recorded;
        this.#told(event.at, { event: "http-end", exchange, bytes });
        this.#settle(recorded);
        return;
      }
      case "error":
        this.#told(event.at, {
          event: "http-error",
          exchange,
          message: this.stored.scrub.text(event.message),
        });
        this.#settle(recorded);
        return;
    }
  }

  answered(line: string, { data }: PluginMessage, at: number): void {
    const { scrub } = this.stored;
    const shown = scrub.json(line);
    const kind = data?.type === "error" || data?.type === "end" ? data.type : "stream";
    const piece = shown === line ? data?.data : scrub.value(data?.data);
    if (kind === "error") this.#failure = failureIn(piece);
    const origin = kind === "stream" ? this.#origins.of(piece) : undefined;
    const bytes = Buffer.from(shown);
    this.#answeredAt = at;
    if (kind === "stream" && !this.kept.isFull) {
      this.pieces.push(piece);
      this.kept.weigh(bytes.length);
    }
    this.#told(
      at,
      {
        event: "dify-out",
        kind,
        line: payload(bytes, "text/plain", Buffer.byteLength(line)),
        ...(kind !== "end" && { data: piece }),
        ...(origin && { from: origin.n, overhead: rounded(at - this.#start - origin.at) }),
      },
      bytes,
    );
  }

  async settled(): Promise<void> {
    if (!this.#isOpen) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  log(text: string, at: number): void {
    this.#told(at, { event: "log", text: this.stored.scrub.text(text) });
  }

  end(outcome: Outcome, failure: PluginFailure | undefined, at: number): void {
    this.#outcome = outcome;
    if (failure) this.#failure = failure;
    // One that was cancelled while it waited has not begun.
    if (this.#start === 0) this.#start = at;
    this.#numbers.end((this.#answeredAt ?? at) - this.#start);
    this.#told(at, {
      event: "end",
      outcome,
      ...(this.#failure && { error: this.#failure }),
      numbers: this.#numbers.result,
    });
  }

  get #isOpen(): boolean {
    return this.exchanges.some(({ isOpen }) => isOpen);
  }

  #settle(recorded: RecordedExchange): void {
    recorded.isOpen = false;
    if (!this.#isOpen) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #request({ exchange, method, url, headers, at, bytes }: Extract<TapEvent, { event: "request" }>): void {
    const { scrub } = this.stored;
    const shownHeaders = scrub.requestHeaders(headers);
    const sent: Exchange = {
      method,
      url: scrub.url(url),
      headers: Object.fromEntries(shownHeaders),
      body: scrub.bytes(bytes),
      answerHeaders: {},
      reads: [],
    };
    this.#known.set(exchange, this.exchanges.length);
    this.exchanges.push({
      exchange: sent,
      began: at - this.#start,
      count: 0,
      received: 0,
      isOpen: true,
      isComplete: false,
      scrub: scrub.stream(),
    });
    this.#told(
      at,
      {
        event: "http-request",
        exchange: this.exchanges.length - 1,
        method,
        url: sent.url,
        headers: shownHeaders,
        body: payload(sent.body, sent.headers["content-type"], bytes.length),
      },
      sent.body,
    );
  }

  #chunk(event: Extract<TapEvent, { event: "chunk" }>, number: number, recorded: RecordedExchange): void {
    const { exchange, began, scrub } = recorded;
    const shown = scrub.push(event.bytes);
    recorded.received += event.bytes.length;
    const at = event.at - this.#start;
    this.#origins.read({ n: this.#next, at, bytes: shown });
    this.#told(
      event.at,
      {
        event: "http-chunk",
        exchange: number,
        index: recorded.count,
        body: payload(shown, exchange.answerHeaders["content-type"], event.bytes.length),
      },
      shown,
    );
    recorded.count += 1;
    if (!this.kept.isFull) exchange.reads.push({ after: (at - began) / 1_000, bytes: shown });
  }

  /** @param raw what the event shows of, whole */
  #told(at: number, draft: Draft<TimedEvent>, raw?: Buffer): void {
    const event = { ...draft, n: this.#next, at: rounded(at - this.#start) } as TimedEvent;
    this.#next += 1;
    this.#numbers.count(event);
    this.kept.add(event, raw);
  }
}

function failureIn(data: unknown): PluginFailure {
  const { error_type, message } = Object(data) as { error_type?: string; message?: string };
  return { type: error_type ?? "", message: message ?? "" };
}

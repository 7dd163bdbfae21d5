/** A call's events: told when they come, and kept up to a bound. */
import type { CallEvent } from "./contract.ts";

/** Bytes of one call that are kept at most; what comes after is told and forgotten. */
const MOST_KEPT = 32 * 1024 * 1024;

/** The data of longer lines is not kept: the raw line is. */
const KEPT_DATA = 16_384;

/** Bytes an event takes besides what it tells. */
const EVENT_SIZE = 200;

export class EventLog {
  readonly #tell: (event: CallEvent) => void;
  readonly #events: CallEvent[] = [];
  readonly #raw = new Map<number, Buffer>();
  #bytes = 0;
  #forgotten = 0;

  constructor(tell: (event: CallEvent) => void) {
    this.#tell = tell;
  }

  get all(): readonly CallEvent[] {
    return this.#events;
  }

  /** Bytes in memory, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Events that were told and are not kept. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Whether nothing more is kept, but the end. */
  get isFull(): boolean {
    return this.#bytes > MOST_KEPT;
  }

  /** The bytes of event `n`, whole; undefined when it has none, or they are not kept. */
  raw(n: number): Buffer | undefined {
    return this.#raw.get(n);
  }

  /** @param raw what the event shows of, whole */
  add(event: CallEvent, raw?: Buffer): void {
    this.#tell(event);
    if (this.isFull && event.event !== "end") {
      this.#forgotten += 1;
      return;
    }
    if (raw && "n" in event) this.#raw.set(event.n, raw);
    this.#bytes += EVENT_SIZE + (raw?.length ?? 0);
    const isLong = event.event === "dify-out" && event.line.bytes > KEPT_DATA;
    this.#events.push(isLong ? withoutData(event) : event);
  }

  /** Counts what is kept elsewhere of this call. */
  weigh(bytes: number): void {
    this.#bytes += bytes;
  }
}

function withoutData({ data: _data, ...event }: Extract<CallEvent, { event: "dify-out" }>): CallEvent {
  return event;
}

/**
 * Takes turns at one server: all calls of this process to one base together keep few requests in flight,
 * and no more a minute than the form says. First come, first served.
 */

export interface RequestLimits {
  inFlight: number;
  /** Undefined: as many as there are. */
  perMinute: number | undefined;
}

const MINUTE_MS = 60_000;

interface Waiting {
  readonly limits: RequestLimits;
  go(): void;
}

interface Queue {
  inFlight: number;
  /** When the requests of the last minute began. */
  begun: number[];
  waiting: Waiting[];
  /** Wakes the first in the queue when the minute has room again. */
  clock?: NodeJS.Timeout;
}

const queues = new Map<string, Queue>();

/**
 * Waits for a turn. Whoever gets one calls the returned function when the answer is read.
 *
 * @throws the signal's reason, when it is aborted first
 */
export function enter(base: string, limits: RequestLimits, signal: AbortSignal): Promise<() => void> {
  const queue = queues.get(base) ?? { inFlight: 0, begun: [], waiting: [] };
  queues.set(base, queue);
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      queue.waiting = queue.waiting.filter((other) => other !== waiting);
      reject(signal.reason as Error);
      advance(base, queue);
    };
    const waiting: Waiting = {
      limits,
      go: () => {
        signal.removeEventListener("abort", giveUp);
        resolve(() => {
          queue.inFlight -= 1;
          advance(base, queue);
        });
      },
    };
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    signal.addEventListener("abort", giveUp, { once: true });
    queue.waiting.push(waiting);
    advance(base, queue);
  });
}

/** Lets in as many as may go now, and forgets a queue that nobody needs. */
function advance(base: string, queue: Queue): void {
  clearTimeout(queue.clock);
  const now = Date.now();
  queue.begun = queue.begun.filter((time) => time > now - MINUTE_MS);
  for (let first = queue.waiting[0]; first; first = queue.waiting[0]) {
    if (queue.inFlight >= first.limits.inFlight) return;
    const wait = untilRoom(queue.begun, first.limits.perMinute, now);
    if (wait > 0) {
      wakeAfter(wait, base, queue);
      // A call that waits keeps the process alive.
      queue.clock?.ref();
      return;
    }
    queue.waiting.shift();
    queue.inFlight += 1;
    if (first.limits.perMinute !== undefined) queue.begun.push(now);
    first.go();
  }
  if (queue.inFlight > 0) return;
  const last = queue.begun.at(-1);
  if (last === undefined) queues.delete(base);
  else wakeAfter(last + MINUTE_MS - now, base, queue);
}

/** Milliseconds until another request may begin. */
function untilRoom(begun: readonly number[], perMinute: number | undefined, now: number): number {
  if (perMinute === undefined || begun.length < perMinute) return 0;
  return (begun[begun.length - perMinute] ?? now) + MINUTE_MS - now;
}

function wakeAfter(milliseconds: number, base: string, queue: Queue): void {
  queue.clock = setTimeout(() => advance(base, queue), milliseconds + 1);
  queue.clock.unref();
}

/** The events of one call as they are kept for the wire: all of them as marks, the last ones whole. */
import { signal, type Signal } from "@preact/signals";
import type { CallEvent } from "../../contract.ts";

export type WireEvent = Extract<CallEvent, { n: number; at: number }>;

/** More would only be scrolled past; the server has the rest. */
export const KEPT_EVENTS = 5_000;

export type Lane = "in" | "http" | "out" | "log";

export interface Mark {
  readonly n: number;
  readonly at: number;
  readonly lane: Lane;
  readonly kind: WireEvent["event"];
  readonly exchange?: number;
  readonly isProblem: boolean;
}

export interface CallLog {
  readonly id: string;
  readonly events: readonly WireEvent[];
  readonly marks: readonly Mark[];
  /** Older events that are no longer in `events`. */
  readonly dropped: number;
  readonly summary?: Extract<CallEvent, { event: "queued" }>;
  readonly end?: Extract<CallEvent, { event: "end" }>;
}

export function emptyLog(id: string): CallLog {
  return { id, events: [], marks: [], dropped: 0 };
}

/** The same log with more in it. Its lists grow in place: to copy them each frame would take ever longer. */
export function extendLog(log: CallLog, batch: readonly CallEvent[], kept = KEPT_EVENTS): CallLog {
  const events = log.events as WireEvent[];
  const marks = log.marks as Mark[];
  let next: CallLog = { ...log };
  for (const event of batch) {
    if (event.event === "queued") next = { ...next, id: event.id, summary: event };
    else {
      if (event.event === "end") next = { ...next, end: event };
      else marks.push(markOf(event));
      events.push(event);
    }
  }
  const surplus = events.length - kept;
  if (surplus <= 0) return next;
  events.splice(0, surplus);
  return { ...next, dropped: next.dropped + surplus };
}

function markOf(event: WireEvent): Mark {
  const { n, at } = event;
  return {
    n,
    at,
    lane: laneOf(event),
    kind: event.event,
    ...("exchange" in event && { exchange: event.exchange }),
    isProblem: isProblem(event),
  };
}

export function laneOf({ event }: WireEvent): Lane {
  if (event === "dify-in") return "in";
  if (event === "dify-out" || event === "end") return "out";
  return event === "log" ? "log" : "http";
}

export function isProblem(event: WireEvent): boolean {
  if (event.event === "dify-out") return event.kind === "error";
  if (event.event === "http-response") return event.status >= 400;
  return event.event === "http-error" || (event.event === "end" && event.outcome === "failed");
}

export function logSignal(id: string): Signal<CallLog> {
  return signal(emptyLog(id));
}

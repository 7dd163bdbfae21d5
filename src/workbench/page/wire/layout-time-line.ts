/** Where things stand on a call's time-line, in columns: a lane has one mark a column, whatever happens. */
import type { Lane, Mark } from "../state/call-log.ts";

export interface Tick {
  readonly lane: Exclude<Lane, "log">;
  readonly column: number;
  readonly count: number;
  /** The first event of the column. */
  readonly n: number;
  readonly isProblem: boolean;
}

/** An HTTP exchange, from its request to its end. */
export interface Span {
  readonly exchange: number;
  readonly from: number;
  readonly to: number;
}

/** A silence between two reads that stands out. Columns; `microseconds` is how long it was. */
export interface Gap {
  readonly from: number;
  readonly to: number;
  readonly microseconds: number;
}

export interface TimeLine {
  readonly ticks: readonly Tick[];
  readonly spans: readonly Span[];
  readonly gaps: readonly Gap[];
  readonly axis: readonly { readonly column: number; readonly at: number }[];
}

/** Of the whole, and in microseconds: shorter silences are how streams are. */
const GAP_SHARE = 0.12;
const GAP_LEAST = 20_000;

/** @param total microseconds */
export function layoutTimeLine(marks: readonly Mark[], total: number, columns: number): TimeLine {
  const column = (at: number): number =>
    Math.min(columns - 1, Math.max(0, Math.round((at / Math.max(1, total)) * (columns - 1))));
  return {
    ticks: ticksOf(marks, column),
    spans: spansOf(marks, total).map(({ exchange, from, to }) => ({
      exchange,
      from: column(from),
      to: column(to),
    })),
    gaps: gapsOf(marks, total).map(({ from, to }) => ({
      from: column(from),
      to: column(to),
      microseconds: to - from,
    })),
    axis: axisOf(total).map((at) => ({ column: column(at), at })),
  };
}

function ticksOf(marks: readonly Mark[], column: (at: number) => number): Tick[] {
  const ticks = new Map<string, Tick>();
  for (const { n, at, lane, isProblem } of marks) {
    if (lane === "log") continue;
    const key = `${lane} ${column(at)}`;
    const known = ticks.get(key);
    ticks.set(key, {
      lane,
      column: column(at),
      count: (known?.count ?? 0) + 1,
      n: known?.n ?? n,
      isProblem: known?.isProblem === true || isProblem,
    });
  }
  return [...ticks.values()];
}

function spansOf(marks: readonly Mark[], total: number): Span[] {
  const spans = new Map<number, Span>();
  for (const { exchange, kind, at } of marks) {
    if (exchange === undefined) continue;
    if (kind === "http-request") spans.set(exchange, { exchange, from: at, to: total });
    const known = spans.get(exchange);
    const isEnd = kind === "http-end" || kind === "http-error";
    if (known && isEnd) spans.set(exchange, { ...known, to: at });
  }
  return [...spans.values()];
}

/** Between what came over HTTP: also the wait for the first byte. */
function gapsOf(marks: readonly Mark[], total: number): { from: number; to: number }[] {
  const least = Math.max(total * GAP_SHARE, GAP_LEAST);
  const gaps: { from: number; to: number }[] = [];
  let last: number | undefined;
  for (const { lane, at } of marks) {
    if (lane !== "http") continue;
    if (last !== undefined && at - last >= least) gaps.push({ from: last, to: at });
    last = at;
  }
  return gaps;
}

/** Round numbers, four to eight of them. */
function axisOf(total: number): number[] {
  if (total <= 0) return [0];
  const power = 10 ** Math.floor(Math.log10(total / 5));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => total / size <= 7) ?? 10 * power;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => i * step);
}

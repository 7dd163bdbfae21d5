/** Runs one thing and notes how it went: its answer or failure, what went over the wire, what was logged. */
import type { CallContext } from "../dify/models.ts";
import { ranOut } from "./problem.ts";
import { watch, type Wire } from "./wire.ts";

export interface Observation<T> {
  readonly value?: T;
  readonly failure?: unknown;
  /** The check's own time ended it: the option that says so. */
  readonly timedOut?: Patience | undefined;
  readonly wire: Wire;
  /** What the plugin would write to the daemon's log. */
  readonly notes: readonly string[];
  /** Milliseconds. */
  readonly took: number;
}

/** The options that bound the time. */
export type Patience = "--timeout" | "--total";

export interface Limits {
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** Milliseconds for one thing. */
  readonly each: number;
}

/** @param into where to note; for who wants to look before it is over */
export async function observe<T>(
  { signal, each }: Limits,
  run: (context: CallContext) => Promise<T>,
  into: { readonly wire: Wire; readonly notes: string[] } = { wire: [], notes: [] },
): Promise<Observation<T>> {
  const started = performance.now();
  const all = AbortSignal.any([signal, AbortSignal.timeout(each)]);
  const context = { signal: all, log: (note: string) => void into.notes.push(note) };
  const seen = () => ({ ...into, took: performance.now() - started });
  const over = () => (signal.aborted ? "--total" : all.aborted ? "--timeout" : undefined);
  try {
    const value = await watch(into.wire, () => run(context));
    return { value, timedOut: over(), ...seen() };
  } catch (failure) {
    return { failure, timedOut: ranOut(failure, over()), ...seen() };
  }
}

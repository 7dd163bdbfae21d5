/** Runs probes one after the other, for whoever wants to know. */
import { EndpointError, type FailureKind } from "../endpoint/endpoint-error.ts";
import type { Connection } from "../../provider/connection.ts";
import type { Lesson, Probe } from "./probe.ts";

export interface ProbeResult {
  readonly probe: Probe;
  /** `noted`: refused, and not needed. */
  readonly verdict: "passed" | "noted" | "failed";
  readonly failure?: unknown;
  readonly lesson?: Lesson;
  /** Milliseconds. */
  readonly took: number;
}

/** Whether there is more to ask is the reader's to say: each probe runs when its result is asked for. */
export async function* runProbes(
  probes: readonly Probe[],
  connection: Connection,
): AsyncGenerator<ProbeResult, void, void> {
  for (const probe of probes) {
    if (probe.wanted && !probe.wanted(connection.settings, connection.model)) continue;
    // One after the other: a server that fails the first is not asked the second.
    // oxlint-disable-next-line no-await-in-loop
    yield await runProbe(probe, connection);
  }
}

async function runProbe(probe: Probe, connection: Connection): Promise<ProbeResult> {
  const started = performance.now();
  const took = (): number => performance.now() - started;
  try {
    const lesson = await probe.run(connection);
    return { probe, verdict: "passed", took: took(), ...(lesson && { lesson }) };
  } catch (failure) {
    const noted = probe.optional?.(connection.settings) === true && isRefusal(failure);
    return { probe, verdict: noted ? "noted" : "failed", failure, took: took() };
  }
}

/** The server understood, and will not or cannot; anything else says nothing about what was probed. */
const REFUSALS: ReadonlySet<FailureKind> = new Set(["not-supported", "parameter-refused", "bad-request"]);

function isRefusal(failure: unknown): boolean {
  return failure instanceof EndpointError && REFUSALS.has(failure.kind);
}

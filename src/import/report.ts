/** How an import is told, line by line. */
import type { Planned } from "./plan.ts";
import type { ConsoleError } from "./console-error.ts";

const STEPS = { add: "add", present: "present", leave: "leave out" } as const;

export function planLines(planned: readonly Planned[]): string[] {
  const width = widthOf(planned);
  return planned.map(
    ({ step, name, type, guess }) =>
      `  ${STEPS[step].padEnd(10)} ${name.padEnd(width)}  ${(type ?? "-").padEnd(14)}  ${guess.why}${guess.unclear ? " (unclear)" : ""}`,
  );
}

/** Models by step and type: `3 to add (2 llm, 1 rerank), 1 present, 2 left out`. */
export function planSummary(planned: readonly Planned[]): string {
  const adding = planned.filter(({ step }) => step === "add");
  const types = Map.groupBy(adding, ({ type }) => type ?? "");
  const each = [...types].map(([type, models]) => `${models.length} ${type}`).join(", ");
  const count = (step: Planned["step"]): number => planned.filter((one) => one.step === step).length;
  return `${adding.length} to add${each && ` (${each})`}, ${count("present")} there already, ${count("leave")} left out`;
}

export interface Outcome {
  readonly model: Planned;
  /** Milliseconds. */
  readonly took: number;
  readonly failure?: ConsoleError;
}

export function outcomeLine(outcome: Outcome, place: number, planned: readonly Planned[]): string {
  const { model, took, failure } = outcome;
  const count = String(planned.length);
  const where = `[${String(place).padStart(count.length)}/${count}]`;
  const columns = `${model.name.padEnd(widthOf(planned))}  ${(model.type ?? "-").padEnd(14)}`;
  const line = `${where} ${failure ? "FAILED" : "added "} ${columns}  ${(took / 1000).toFixed(1)} s`;
  return failure ? `${line}\n        ${failure.message}` : line;
}

function widthOf(planned: readonly Planned[]): number {
  return Math.min(60, Math.max(0, ...planned.map(({ name }) => name.length)));
}

/** The ladder of a validation, as its events build it up. */
import type { Complaint, StageResult, StageId, ValidateEvent } from "../../contract.ts";

type Event<Name extends ValidateEvent["event"]> = Extract<ValidateEvent, { event: Name }>;

export interface Rung {
  readonly stage: StageId;
  readonly title: string;
  readonly status: "waiting" | "running" | StageResult["verdict"];
  readonly result?: StageResult;
}

export interface Ladder {
  readonly status: "none" | "running" | "refused" | "done" | "failed" | "cancelled";
  readonly id?: string;
  readonly rungs: readonly Rung[];
  readonly cost?: Event<"begin">["cost"];
  readonly complaints: readonly Complaint[];
  readonly verdict?: Event<"verdict">;
  /** What the plugin answers Dify. */
  readonly dify: "waiting" | "running" | Event<"dify">;
  readonly error?: string;
}

export const NO_LADDER: Ladder = { status: "none", rungs: [], complaints: [], dify: "waiting" };

export function climb(ladder: Ladder, event: ValidateEvent): Ladder {
  switch (event.event) {
    case "begin": {
      const rungs = event.stages.map((stage): Rung => ({ ...stage, status: "waiting" }));
      return { ...NO_LADDER, status: "running", id: event.id, rungs, cost: event.cost };
    }
    case "refused":
      return { ...ladder, status: "refused", complaints: event.complaints };
    case "stage-begin":
      return {
        ...ladder,
        // A stage that was begun too early is told again later.
        rungs: ladder.rungs.map((rung) =>
          rung.stage === event.stage && !rung.result ? { ...rung, status: "running" } : rung,
        ),
      };
    case "stage-end": {
      const { result } = event;
      return {
        ...ladder,
        rungs: ladder.rungs.map((rung) =>
          rung.stage === result.stage ? { ...rung, status: result.verdict, result } : rung,
        ),
      };
    }
    case "verdict":
      return { ...ladder, verdict: event };
    case "dify-begin":
      return { ...ladder, dify: "running" };
    case "dify":
      return { ...ladder, dify: event };
    case "end":
      return ended(ladder, event);
    default:
      return event satisfies never;
  }
}

function ended(ladder: Ladder, { outcome, error }: Event<"end">): Ladder {
  const status = ladder.status === "refused" ? "refused" : outcome;
  return { ...ladder, status, ...(error !== undefined && { error }), ...unfinished(ladder) };
}

/** Nothing runs any more. */
function unfinished({ rungs, dify }: Ladder): Pick<Ladder, "rungs" | "dify"> {
  return {
    rungs: rungs.map((rung) => (rung.status === "running" ? { ...rung, status: "waiting" } : rung)),
    dify: dify === "running" ? "waiting" : dify,
  };
}

/** One stage of a validation. */
import type { JSX } from "preact";
import { formatDuration } from "../format-number.ts";
import { stageTitle, t, type MessageKey } from "../language/words.ts";
import { Icon } from "../parts/icon.tsx";
import type { Rung as RungState } from "./ladder-state.ts";
import { ProblemCard } from "./problem-card.tsx";

export function Rung({ rung }: { rung: RungState }): JSX.Element {
  const { stage, title, status, result } = rung;
  return (
    <li class="rung" data-testid={`rung-${stage}`} data-status={status}>
      <RungMark status={status} />
      <div class="rung-text">
        <div class="rung-line">
          <h3>{stageTitle(stage, title)}</h3>
          {result && result.milliseconds > 0 && (
            <span class="number small faint">{formatDuration(result.milliseconds * 1_000)}</span>
          )}
        </div>
        {result && result.summary !== "" && result.problems.length === 0 && (
          <p class="small soft">{result.summary}</p>
        )}
        {result?.notes.map((note) => (
          <p key={note} class="small faint">
            {note}
          </p>
        ))}
        {result?.problems.map((problem) => (
          <ProblemCard key={problem.cause} problem={problem} verdict={result.verdict} />
        ))}
      </div>
    </li>
  );
}

const NAMES: Readonly<Record<RungState["status"], MessageKey>> = {
  waiting: "stateWaiting",
  running: "stateRunning",
  pass: "statePass",
  warn: "stateWarn",
  fail: "stateFail",
  unsupported: "stateUnsupported",
  timeout: "stateTimeout",
  skip: "stateSkip",
};

export function RungMark({ status }: { status: RungState["status"] }): JSX.Element {
  return (
    <span class={`rung-mark ${status}`} title={t(NAMES[status])}>
      {status === "running" && <span class="spinner" />}
      {status !== "running" && status !== "waiting" && <Icon name={status} size={14} />}
      <span class="unseen">{t(NAMES[status])}</span>
    </span>
  );
}

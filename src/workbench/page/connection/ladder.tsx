/** A validation as a ladder: each stage a rung that lights up, and at its top what Dify makes of it. */
import type { JSX } from "preact";
import type { Overall } from "../../contract.ts";
import { formatDuration } from "../format-number.ts";
import { t, inWords, type MessageKey } from "../language/words.ts";
import { Icon } from "../parts/icon.tsx";
import { Blank, Note, type NoteKind } from "../parts/note.tsx";
import { setValue, subject } from "../state/workbench.ts";
import type { Ladder as LadderState } from "./ladder-state.ts";
import { Rung, RungMark } from "./rung.tsx";
import { WorkingForm } from "./working-form.tsx";
import { goToField, ladder, validated } from "./validation.ts";

export function Ladder(): JSX.Element {
  const state = ladder.value;
  const isOutdated = state.status !== "none" && validated.value !== subject.value;
  return (
    <section class="card" aria-labelledby="ladder-title" data-testid="ladder" data-status={state.status}>
      <div class="card-head">
        <h2 id="ladder-title">{t("validation")}</h2>
        {state.cost && (
          <span class="small faint">
            {t("validationCost", { requests: state.cost.requests, tokens: state.cost.tokens })}
          </span>
        )}
      </div>
      <div class="card-body stack">
        <p class="unseen" role="status">
          {announced(state)}
        </p>
        {isOutdated && (
          <Note kind="plain" testId="outdated">
            {t("formChanged")}
          </Note>
        )}
        <Outcome state={state} />
        {state.status === "none" ? (
          <Blank icon="pass">
            <p>{t("ladderEmpty")}</p>
          </Blank>
        ) : (
          <ol class="ladder">
            {state.rungs.map((rung) => (
              <Rung key={rung.stage} rung={rung} />
            ))}
            {state.rungs.length > 0 && <DifyRung dify={state.dify} />}
          </ol>
        )}
        <WorkingForm fields={state.verdict?.form ?? []} />
      </div>
    </section>
  );
}

const VERDICTS: Readonly<Record<Overall, readonly [NoteKind, MessageKey]>> = {
  ready: ["good", "verdictReady"],
  "ready with limitations": ["warn", "verdictLimited"],
  "not ready": ["bad", "verdictNotReady"],
  "no connection": ["bad", "verdictNoConnection"],
};

function Outcome({ state }: { state: LadderState }): JSX.Element | null {
  const { verdict } = state;
  if (state.status === "refused") {
    return (
      <Note kind="bad" testId="verdict">
        <div class="stack tight">
          <strong>{t("formRefused")}</strong>
          {state.complaints.map(({ field, message }) => (
            <div key={field} class="row tight">
              <span>{inWords(message)}</span>
              <button type="button" class="button slim" onClick={() => goToField(field)}>
                {t("goToField")}
              </button>
            </div>
          ))}
        </div>
      </Note>
    );
  }
  if (state.error !== undefined) return <Note kind="bad">{state.error}</Note>;
  if (state.status === "cancelled") return <Note kind="plain">{t("validationCancelled")}</Note>;
  if (!verdict) return null;
  const [kind, key] = VERDICTS[verdict.verdict];
  return (
    <Note kind={kind} testId="verdict">
      <div class="stack tight">
        <strong>{t(key)}</strong>
        {verdict.limitations.length > 0 && (
          <ul class="limitations">
            {verdict.limitations.map((limitation) => (
              <li key={limitation}>{limitation}</li>
            ))}
          </ul>
        )}
        <span class="small">
          {t("validationSpent", {
            requests: verdict.requests,
            time: formatDuration(verdict.milliseconds * 1_000),
          })}
        </span>
      </div>
    </Note>
  );
}

function DifyRung({ dify }: { dify: LadderState["dify"] }): JSX.Element {
  const status = typeof dify === "string" ? dify : dify.accepted ? "pass" : "fail";
  const corrected = typeof dify === "string" ? [] : Object.entries(dify.credentials);
  return (
    <li class="rung" data-testid="rung-dify" data-status={status}>
      <RungMark status={status} />
      <div class="rung-text">
        <div class="rung-line">
          <h3>{t("difySaves")}</h3>
          {typeof dify !== "string" && (
            <span class="number small faint">{formatDuration(dify.milliseconds * 1_000)}</span>
          )}
        </div>
        {status === "waiting" && <p class="small faint">{t("difySavesHelp")}</p>}
        {status === "pass" && <p class="small soft">{t("difyAccepts")}</p>}
        {typeof dify !== "string" && dify.error && (
          <>
            <p class="small soft">{t("difyRefuses")}</p>
            <Toast message={dify.error.message} />
          </>
        )}
        {corrected.map(([variable, value]) => (
          <div key={variable} class="row tight small">
            <span class="soft">{t("writtenBack", { variable })}</span> <code>{value}</code>
            {variable === "endpoint_url" && (
              <button
                type="button"
                class="button slim"
                data-testid="use-corrected"
                onClick={() => setValue(variable, value)}
              >
                {t("useValue")}
              </button>
            )}
          </div>
        ))}
      </div>
    </li>
  );
}

/** As Dify's console shows it: as wide, in plain text, gone after six seconds there. */
function Toast({ message }: { message: string }): JSX.Element {
  return (
    <div class="toast" data-testid="dify-toast">
      <Icon name="fail" />
      <span>{message}</span>
    </div>
  );
}

function announced(state: LadderState): string {
  if (state.status === "running") return t("validating");
  if (state.verdict && state.status === "done") return t(VERDICTS[state.verdict.verdict][1]);
  return state.status === "refused" ? t("formRefused") : "";
}

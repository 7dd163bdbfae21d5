/** Why a stage did not pass: the cause first, then what to change, then the facts. */
import type { JSX } from "preact";
import type { StageResult } from "../../contract.ts";
import { t } from "../language/words.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { goToField, takeValue } from "./validation.ts";

interface Props {
  readonly problem: StageResult["problems"][number];
  readonly verdict: StageResult["verdict"];
}

export function ProblemCard({ problem, verdict }: Props): JSX.Element {
  const { cause, hint, limitation, said, shownInDify, curl } = problem;
  return (
    <div class={`problem ${verdict}`} data-testid="problem">
      <p class="cause" data-testid="problem-cause">
        {cause}
      </p>
      {hint !== undefined && <p class="small soft">{hint}</p>}
      {limitation !== undefined && <p class="small soft">{limitation}</p>}
      <Remedy problem={problem} />
      {said !== undefined && (
        <details>
          <summary>{t("serverSaid")}</summary>
          <pre class="code">{said}</pre>
        </details>
      )}
      {shownInDify !== undefined && (
        <details>
          <summary>{t("shownInDify")}</summary>
          <p class="code">{shownInDify}</p>
        </details>
      )}
      {curl !== undefined && (
        <details>
          <summary>{t("tryByHand")}</summary>
          <pre class="code">{curl}</pre>
          <CopyButton label={t("copyCurl")} text={() => curl} />
        </details>
      )}
    </div>
  );
}

function Remedy({ problem }: Pick<Props, "problem">): JSX.Element | null {
  const { field, label = field, value, shown = value } = problem;
  if (field === undefined) return null;
  return (
    <div class="remedy" data-testid="remedy">
      <span>
        {label}
        {shown !== undefined && (
          <>
            {" = "}
            <code data-testid="remedy-value">{shown}</code>
          </>
        )}
      </span>
      {value === undefined ? (
        <button type="button" class="button slim" onClick={() => goToField(field)}>
          {t("goToField")}
        </button>
      ) : (
        <button
          type="button"
          class="button slim main"
          data-testid="use-value"
          onClick={() => takeValue(field, value)}
        >
          {t("useValue")}
        </button>
      )}
    </div>
  );
}

/** What can be wrong with a server, to be switched on at the embedded endpoint. */
import type { JSX } from "preact";
import { t } from "../language/words.ts";
import { Note } from "../parts/note.tsx";
import { connectToDemo, faults, resolved, switchFaults } from "../state/workbench.ts";
import { groupFaults } from "./fault-groups.ts";
import { FaultSwitch } from "./fault-switch.tsx";
import { TryPanel } from "./try-panel.tsx";

export function FaultsScreen(): JSX.Element {
  const { on } = faults.value;
  return (
    <>
      <div class="screen-head">
        <div>
          <h1>{t("faults")}</h1>
          <p>{t("faultsHelp")}</p>
        </div>
        <button
          type="button"
          class="button"
          data-testid="faults-off"
          disabled={on.length === 0}
          onClick={() => void switchFaults([])}
        >
          {t("allOff")}
        </button>
      </div>
      {resolved.value?.isDemo === false && (
        <Note kind="warn" testId="not-demo">
          <span>{t("notDemo")}</span>
          <button type="button" class="button slim" data-testid="use-demo" onClick={connectToDemo}>
            {t("useDemo")}
          </button>
        </Note>
      )}
      <div class="faults">
        <div class="stack">
          {groupFaults(faults.value.faults).map((group) => (
            <section key={group.name} class="card" aria-label={t(`faults-${group.name}`)}>
              <div class="card-head">
                <h2>{t(`faults-${group.name}`)}</h2>
              </div>
              <ul class="switches">
                {group.faults.map((fault) => (
                  <FaultSwitch key={fault.name} fault={fault} />
                ))}
              </ul>
            </section>
          ))}
        </div>
        <TryPanel />
      </div>
    </>
  );
}

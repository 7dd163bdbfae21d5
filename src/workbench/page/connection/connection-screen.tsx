/** The form as Dify shows it, what it comes to, and whether it holds. */
import type { JSX } from "preact";
import { t } from "../language/words.ts";
import { bootstrap, connectToDemo, resolved } from "../state/workbench.ts";
import { Ladder } from "./ladder.tsx";
import { ProviderForm } from "./provider-form.tsx";
import { ResolvedList } from "./resolved-list.tsx";

export function ConnectionScreen(): JSX.Element {
  const isDemo = resolved.value?.isDemo === true;
  return (
    <>
      <div class="screen-head">
        <div>
          <h1>{t("connection")}</h1>
          <p>{t("connectionHelp")}</p>
        </div>
        {!isDemo && bootstrap.value && (
          <button type="button" class="button" data-testid="use-demo" onClick={connectToDemo}>
            {t("useDemo")}
          </button>
        )}
      </div>
      <div class="connection">
        <ProviderForm />
        <div class="stack">
          <ResolvedList />
          <Ladder />
        </div>
      </div>
    </>
  );
}

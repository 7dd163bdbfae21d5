/** Starts the page: without the token of this launch it says so, and nothing else. */
import { render } from "preact";
import { ApiError } from "./api.ts";
import { Alone, App } from "./app.tsx";
import { followKeys } from "./keys-dialog.tsx";
import { t } from "./language/words.ts";
import { followAddress } from "./route.ts";
import { applyPreferences } from "./state/preferences.ts";
import { loadWorkbench } from "./state/workbench.ts";
import { takeTokenFromAddress } from "./token.ts";

applyPreferences();
takeTokenFromAddress();
try {
  await loadWorkbench();
  followAddress();
  followKeys();
  render(<App />, document.body);
} catch (error) {
  const isStranger = error instanceof ApiError && error.status === 401;
  const isGone = error instanceof ApiError && error.status === 0;
  const text = isGone ? t("noServerAnswerHelp") : error instanceof Error ? error.message : String(error);
  render(
    isStranger ? (
      <Alone title={t("noToken")} text={t("noTokenHelp")} />
    ) : (
      <Alone title={t("noServerAnswer")} text={text} />
    ),
    document.body,
  );
}

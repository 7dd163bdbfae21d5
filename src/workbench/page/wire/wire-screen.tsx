/** What went over the wire, call by call. */
import { useEffect } from "preact/hooks";
import type { JSX } from "preact";
import { t } from "../language/words.ts";
import { Icon } from "../parts/icon.tsx";
import { Blank, Note } from "../parts/note.tsx";
import { hrefOf } from "../route.ts";
import { calls, loadHistory } from "../state/calls.ts";
import { CallList } from "./call-list.tsx";
import { CallView } from "./call-view.tsx";
import { openCall, opened } from "./wire-state.ts";

export function WireScreen({ call }: { call: string | undefined }): JSX.Element {
  const newest = calls.value.calls[0]?.id;
  const shown = call ?? newest;
  useEffect(() => void loadHistory(), []);
  useEffect(() => void openCall(shown), [shown]);
  return (
    <>
      <div class="screen-head">
        <div>
          <h1>{t("wire")}</h1>
          <p>{t("wireHelp")}</p>
        </div>
      </div>
      {shown === undefined ? (
        <div class="card">
          <Blank icon="wire">
            <p>{t("wireBlank")}</p>
            <a class="button main" href={hrefOf({ screen: "playground" })}>
              {t("playground")}
            </a>
          </Blank>
        </div>
      ) : (
        <div class="wire">
          <CallList chosen={shown} />
          <Opened />
        </div>
      )}
    </>
  );
}

function Opened(): JSX.Element {
  const { value } = opened;
  if (value.status === "open") return <CallView log={value.log} />;
  if (value.status === "missing") return <Note kind="bad">{value.error}</Note>;
  return (
    <p class="row soft">
      <span class="spinner" />
      <Icon name="wire" />
      {t("loading")}
    </p>
  );
}

/** Calls a model as an app in Dify does, by type. */
import type { JSX } from "preact";
import type { ModelType } from "../../contract.ts";
import { inWords, t } from "../language/words.ts";
import { Tabs } from "../parts/choices.tsx";
import { Note } from "../parts/note.tsx";
import { goTo, hrefOf } from "../route.ts";
import { bootstrap, faults, model, resolved, setModel, type } from "../state/workbench.ts";
import { ChatPanel } from "./chat/chat-panel.tsx";
import { EmbeddingPanel } from "./embedding/embedding-panel.tsx";
import { ModerationPanel } from "./moderation/moderation-panel.tsx";
import { RerankPanel } from "./rerank/rerank-panel.tsx";
import { SpeechPanel } from "./speech/speech-panel.tsx";
import { TranscriptionPanel } from "./transcription/transcription-panel.tsx";

const PANELS: Readonly<Record<ModelType, () => JSX.Element>> = {
  llm: ChatPanel,
  "text-embedding": EmbeddingPanel,
  rerank: RerankPanel,
  tts: SpeechPanel,
  speech2text: TranscriptionPanel,
  moderation: ModerationPanel,
};

export function PlaygroundScreen(): JSX.Element {
  const Panel = PANELS[type.value];
  const types = bootstrap.value?.types ?? [];
  return (
    <>
      <div class="screen-head">
        <h1>{t("playground")}</h1>
        <div class="row">
          <label for="playground-model" class="label">
            {t("model")}
          </label>
          <input
            id="playground-model"
            class="input model-name"
            data-testid="playground-model"
            value={model.value}
            list="listed-models"
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setModel(event.currentTarget.value)}
          />
        </div>
      </div>
      <Tabs
        label={t("modelType")}
        testId="type"
        controls="panel"
        chosen={type.value}
        choices={types.map((one) => ({ value: one.type, label: inWords(one.label) }))}
        onChoose={(next) => goTo({ screen: "playground", type: next })}
      />
      <Warnings />
      <div id="panel" role="tabpanel" aria-label={t("playground")} data-testid={`panel-${type.value}`}>
        <Panel />
      </div>
    </>
  );
}

function Warnings(): JSX.Element | null {
  const { on } = faults.value;
  if (model.value === "") return <Note kind="warn">{t("noModelName")}</Note>;
  if (on.length === 0 || resolved.value?.isDemo !== true) return null;
  return (
    <Note kind="warn" testId="faults-on">
      <span>{t("faultsOn", { faults: on.join(", ") })}</span>
      <a class="button slim" href={hrefOf({ screen: "faults" })}>
        {t("faults")}
      </a>
    </Note>
  );
}

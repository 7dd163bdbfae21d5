/** Documents put into order by a question. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { startCall, type Call } from "../../state/calls.ts";
import { model, subject } from "../../state/workbench.ts";
import { NumberInput } from "../number-input.tsx";
import { RequestAndAnswer } from "../request-and-answer.tsx";
import { TextArea } from "../text-area.tsx";
import { TextInput } from "../text-input.tsx";
import { linesIn } from "../text-lines.ts";
import { OrderChart, type Ranked } from "./order-chart.tsx";

const query = signal("When are apples ripe?");
const documents = signal(
  "Tax returns are due in May.\nTrains leave at noon.\nApples ripen in autumn.\nAn apple a day keeps the doctor away.\nPears are ripe in August.",
);
const top = signal(0);
const threshold = signal(0);
const call = signal<Call | undefined>(undefined);
const ranked = signal<{ sent: readonly string[]; docs: readonly Ranked[] }>({ sent: [], docs: [] });

function send(): void {
  const docs = linesIn(documents.value);
  const { values } = subject.value;
  ranked.value = { sent: docs, docs: [] };
  call.value = startCall(
    {
      type: "rerank",
      model: model.value,
      values,
      query: query.value,
      docs,
      top_n: top.value,
      score_threshold: threshold.value,
    },
    ([result]) => {
      ranked.value = { sent: docs, docs: (result as { docs: Ranked[] }).docs };
    },
  );
}

export function RerankPanel(): JSX.Element {
  return (
    <RequestAndAnswer
      call={call.value}
      sendLabel={t("rank")}
      isReady={query.value.trim() !== "" && linesIn(documents.value).length > 0}
      onSend={send}
      blank={t("rerankBlank")}
      hasContent={ranked.value.docs.length > 0}
      request={<Request />}
    >
      <OrderChart sent={ranked.value.sent} ranked={ranked.value.docs} />
    </RequestAndAnswer>
  );
}

function Request(): JSX.Element {
  return (
    <>
      <TextInput
        id="query"
        label={t("query")}
        value={query.value}
        onInput={(value) => {
          query.value = value;
        }}
      />
      <TextArea
        id="documents"
        label={t("documentsByLine")}
        value={documents.value}
        rows={8}
        onInput={(value) => {
          documents.value = value;
        }}
      />
      <div class="pair">
        <NumberInput
          id="top-n"
          label={t("topN")}
          value={top.value}
          onInput={(value) => {
            top.value = Math.max(0, Math.trunc(value));
          }}
        />
        <NumberInput
          id="score-threshold"
          label={t("scoreThreshold")}
          value={threshold.value}
          max={1}
          step={0.05}
          onInput={(value) => {
            threshold.value = value;
          }}
        />
      </div>
    </>
  );
}

/** Texts become vectors: how near they lie to each other, and what the vectors look like. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { Choices } from "../../parts/choices.tsx";
import { startCall, type Call } from "../../state/calls.ts";
import { model, subject } from "../../state/workbench.ts";
import { RequestAndAnswer } from "../request-and-answer.tsx";
import { TextArea } from "../text-area.tsx";
import { linesIn } from "../text-lines.ts";
import type { Vector } from "../similarity.ts";
import { SimilarityGrid } from "./similarity-grid.tsx";
import { VectorTable } from "./vector-table.tsx";

interface Embedded {
  readonly texts: readonly string[];
  readonly vectors: readonly Vector[];
}

const texts = signal("a red apple\nthe red apples\nan apple pie\nquarterly tax report\nthe tax return");
const inputType = signal<"document" | "query">("document");
const call = signal<Call | undefined>(undefined);
const embedded = signal<Embedded>({ texts: [], vectors: [] });

function send(): void {
  const asked = linesIn(texts.value);
  const { values } = subject.value;
  embedded.value = { texts: asked, vectors: [] };
  call.value = startCall(
    { type: "text-embedding", model: model.value, values, texts: asked, input_type: inputType.value },
    ([result]) => {
      embedded.value = { texts: asked, vectors: (result as { embeddings: Vector[] }).embeddings };
    },
  );
}

export function EmbeddingPanel(): JSX.Element {
  const { vectors } = embedded.value;
  return (
    <RequestAndAnswer
      call={call.value}
      sendLabel={t("embed")}
      isReady={linesIn(texts.value).length > 0}
      onSend={send}
      blank={t("embeddingBlank")}
      hasContent={vectors.length > 0}
      request={
        <>
          <TextArea
            id="texts"
            label={t("textsByLine")}
            value={texts.value}
            rows={8}
            onInput={(value) => {
              texts.value = value;
            }}
          />
          <div class="row spread">
            <span class="label">{t("inputType")}</span>
            <Choices
              label={t("inputType")}
              testId="input-type"
              chosen={inputType.value}
              choices={[
                { value: "document", label: t("inputDocument") },
                { value: "query", label: t("inputQuery") },
              ]}
              onChoose={(value) => {
                inputType.value = value;
              }}
            />
          </div>
        </>
      }
    >
      <SimilarityGrid texts={embedded.value.texts} vectors={vectors} />
      <VectorTable vectors={vectors} />
    </RequestAndAnswer>
  );
}

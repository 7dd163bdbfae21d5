/** Whether a text passes. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { Note } from "../../parts/note.tsx";
import { startCall, type Call } from "../../state/calls.ts";
import { model, subject } from "../../state/workbench.ts";
import { RequestAndAnswer } from "../request-and-answer.tsx";
import { TextArea } from "../text-area.tsx";

const text = signal("Have a nice day.");
const call = signal<Call | undefined>(undefined);
const isFlagged = signal<boolean | undefined>(undefined);

function send(): void {
  const { values } = subject.value;
  isFlagged.value = undefined;
  call.value = startCall({ type: "moderation", model: model.value, values, text: text.value }, ([result]) => {
    isFlagged.value = (result as { result: boolean }).result;
  });
}

export function ModerationPanel(): JSX.Element {
  return (
    <RequestAndAnswer
      call={call.value}
      sendLabel={t("moderate")}
      isReady={text.value.trim() !== ""}
      onSend={send}
      blank={t("moderationBlank")}
      hasContent={isFlagged.value !== undefined}
      request={
        <TextArea
          id="text"
          label={t("text")}
          value={text.value}
          onInput={(value) => {
            text.value = value;
          }}
        />
      }
    >
      <Note kind={isFlagged.value === true ? "bad" : "good"} testId="moderation-verdict">
        <strong>{t(isFlagged.value === true ? "flagged" : "passes")}</strong>
      </Note>
    </RequestAndAnswer>
  );
}

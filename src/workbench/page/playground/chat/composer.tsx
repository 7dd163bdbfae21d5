/** Where a question is written, with its files. */
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { Icon } from "../../parts/icon.tsx";
import { useDrop } from "../../parts/use-drop.ts";
import { isOver } from "../../state/calls.ts";
import { model } from "../../state/workbench.ts";
import { SendButton } from "../call-answer.tsx";
import { toPart } from "./attachments.ts";
import { draft, files, lastCall, sendDraft } from "./chat-state.ts";
import { Attachment } from "./turn-view.tsx";

async function attach(added: readonly File[]): Promise<void> {
  const parts = await Promise.all(added.map(toPart));
  files.value = [...files.value, ...parts];
}

export function isReadyToSend(): boolean {
  return model.value !== "" && (draft.value.trim() !== "" || files.value.length > 0);
}

export function Composer(): JSX.Element {
  const drop = useDrop((dropped) => void attach(dropped));
  const call = lastCall();
  const isRunning = call !== undefined && !isOver(call.state.value);
  return (
    <div class={drop.isOver ? "composer over" : "composer"} {...drop.handlers}>
      {files.value.length > 0 && <Files />}
      <textarea
        class="composer-text"
        data-testid="question"
        aria-label={t("question")}
        placeholder={t("questionPlaceholder")}
        rows={2}
        value={draft.value}
        onInput={(event) => {
          draft.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          // While an input method composes, Enter belongs to it.
          const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
          if (!sends || isRunning) return;
          event.preventDefault();
          event.stopPropagation();
          if (isReadyToSend()) sendDraft();
        }}
        onPaste={(event) => {
          const pasted = [...(event.clipboardData?.files ?? [])];
          if (pasted.length === 0) return;
          event.preventDefault();
          void attach(pasted);
        }}
      />
      <div class="row spread">
        <label class="button bare">
          <Icon name="attach" />
          {t("attach")}
          <input
            class="unseen"
            type="file"
            multiple
            data-testid="attach"
            onChange={(event) => {
              void attach([...(event.currentTarget.files ?? [])]);
              event.currentTarget.value = "";
            }}
          />
        </label>
        <div class="row">
          <span class="small faint keys-hint">{t("sendHint")}</span>
          <SendButton call={call} label={t("send")} isReady={isReadyToSend()} onSend={sendDraft} />
        </div>
      </div>
    </div>
  );
}

function Files(): JSX.Element {
  return (
    <ul class="row" data-testid="attached">
      {files.value.map((part) => (
        <li key={part.base64_data.slice(0, 64) + part.filename} class="row tight">
          <Attachment part={part} />
          <button
            type="button"
            class="button bare slim icon-only"
            aria-label={t("removeFile", { name: part.filename ?? part.type })}
            onClick={() => {
              files.value = files.value.filter((one) => one !== part);
            }}
          >
            <Icon name="close" size={14} />
          </button>
        </li>
      ))}
    </ul>
  );
}

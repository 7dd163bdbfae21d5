/** A text is spoken, and heard while it is still being made. */
import { useEffect } from "preact/hooks";
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { formatBytes } from "../../format-number.ts";
import { t } from "../../language/words.ts";
import { Field } from "../../parts/field.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Note } from "../../parts/note.tsx";
import { model } from "../../state/workbench.ts";
import { RequestAndAnswer } from "../request-and-answer.tsx";
import { TextArea } from "../text-area.tsx";
import { loadVoices, speak, speech, speechCall, voices } from "./speech-state.ts";
import { Waveform } from "./waveform.tsx";

const text = signal("One two three. This is a test of how speech sounds while it is still being made.");
const voice = signal("");

export function SpeechPanel(): JSX.Element {
  const name = model.value;
  useEffect(() => {
    if (name !== "") void loadVoices();
  }, [name]);
  const { pieces, bytes, mime, peaks, status, url } = speech.value;
  return (
    <RequestAndAnswer
      call={speechCall.value}
      sendLabel={t("speak")}
      isReady={text.value.trim() !== ""}
      onSend={() => speak(text.value, voice.value)}
      blank={t("speechBlank")}
      hasContent={pieces > 0}
      request={
        <>
          <TextArea
            id="speech-text"
            label={t("text")}
            value={text.value}
            onInput={(value) => {
              text.value = value;
            }}
          />
          <VoiceField />
        </>
      }
    >
      <div class="stack tight" data-testid="speech" data-status={status}>
        <Waveform peaks={peaks} />
        <p class="row small soft">
          {status === "playing" && <Icon name="play" size={14} />}
          <span>{t("speechTold", { pieces, bytes: formatBytes(bytes), mime })}</span>
        </p>
        {url !== undefined && (
          <div class="row">
            <audio class="audio" controls src={url} data-testid="speech-audio" />
            <a class="button slim" href={url} download={`speech.${extensionOf(mime)}`}>
              <Icon name="download" size={14} />
              {t("download")}
            </a>
          </div>
        )}
      </div>
    </RequestAndAnswer>
  );
}

function VoiceField(): JSX.Element {
  const { voices: known, error } = voices.value;
  return (
    <>
      <Field id="voice" label={t("voice")}>
        <select
          id="voice"
          class="input"
          data-testid="voice"
          value={voice.value}
          onChange={(event) => {
            voice.value = event.currentTarget.value;
          }}
        >
          <option value="">{t("firstVoice")}</option>
          {known.map(({ name, value }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      {error && <Note kind="warn">{error.message}</Note>}
    </>
  );
}

function extensionOf(mime: string): string {
  const subtype = mime.replace(/^audio\/(?:x-)?/, "");
  return { mpeg: "mp3", wave: "wav" }[subtype] ?? (subtype || "bin");
}

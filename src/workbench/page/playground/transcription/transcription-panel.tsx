/** A recording, dropped, chosen, made here or just spoken by the other panel, becomes text. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { formatBytes } from "../../format-number.ts";
import { t } from "../../language/words.ts";
import { CopyButton } from "../../parts/copy-button.tsx";
import { DropZone } from "../../parts/drop-zone.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Note } from "../../parts/note.tsx";
import { base64Of } from "../../read-file.ts";
import { startCall, type Call } from "../../state/calls.ts";
import { model, subject } from "../../state/workbench.ts";
import { RequestAndAnswer } from "../request-and-answer.tsx";
import { lastSpeech } from "../speech/speech-state.ts";
import { record, type Recording } from "./recorder.ts";

/** What Dify's API lets through. */
const TAKEN_BY_DIFY = /\.(?:mp3|m4a|wav|amr|mpga)$/i;
const MOST_BYTES = 30_000_000;

interface Chosen {
  readonly file: File;
  readonly url: string;
}

const chosen = signal<Chosen | undefined>(undefined);
const recording = signal<Recording | undefined>(undefined);
const recordedSeconds = signal(0);
const microphoneError = signal<string | undefined>(undefined);
const call = signal<Call | undefined>(undefined);
const transcript = signal("");

function choose(file: File | undefined): void {
  if (!file) return;
  if (chosen.value) URL.revokeObjectURL(chosen.value.url);
  chosen.value = { file, url: URL.createObjectURL(file) };
}

async function send(): Promise<void> {
  const { file } = chosen.value ?? {};
  if (!file) return;
  const { values } = subject.value;
  transcript.value = "";
  const base64_data = await base64Of(file);
  call.value = startCall({ type: "speech2text", model: model.value, values, base64_data }, ([result]) => {
    transcript.value = (result as { result: string }).result;
  });
}

async function toggleRecording(): Promise<void> {
  microphoneError.value = undefined;
  try {
    if (recording.value) {
      choose(await recording.value.stop());
      recording.value = undefined;
    } else {
      recordedSeconds.value = 0;
      recording.value = await record((seconds) => {
        recordedSeconds.value = seconds;
      });
    }
  } catch (error) {
    recording.value = undefined;
    microphoneError.value = error instanceof Error ? error.message : String(error);
  }
}

export function TranscriptionPanel(): JSX.Element {
  return (
    <RequestAndAnswer
      call={call.value}
      sendLabel={t("transcribe")}
      isReady={chosen.value !== undefined}
      onSend={() => void send()}
      blank={t("transcriptionBlank")}
      hasContent={transcript.value !== ""}
      request={<Source />}
    >
      <p class="transcript" data-testid="transcript">
        {transcript.value}
      </p>
      <div>
        <CopyButton label={t("copy")} text={() => transcript.value} />
      </div>
    </RequestAndAnswer>
  );
}

function Source(): JSX.Element {
  const isRecording = recording.value !== undefined;
  const speech = lastSpeech.value;
  return (
    <>
      <DropZone
        label={t("dropRecording")}
        accept="audio/*,.mp3,.m4a,.wav,.amr,.mpga"
        testId="recording-file"
        onFiles={([file]) => choose(file)}
      />
      <div class="row">
        <button
          type="button"
          class="button"
          data-testid="record"
          data-status={isRecording ? "recording" : "idle"}
          aria-pressed={isRecording}
          onClick={() => void toggleRecording()}
        >
          <Icon name={isRecording ? "stop" : "mic"} />
          {t(isRecording ? "stopRecording" : "record")}
        </button>
        {isRecording && (
          <span class="number soft" data-testid="recorded">
            {recordedSeconds.value.toFixed(1)} s
          </span>
        )}
        {speech && (
          <button
            type="button"
            class="button"
            data-testid="use-speech"
            onClick={() => choose(new File([speech], "speech.wav", { type: speech.type }))}
          >
            {t("useLastSpeech")}
          </button>
        )}
      </div>
      {microphoneError.value !== undefined && (
        <Note kind="bad">{t("noMicrophone", { reason: microphoneError.value })}</Note>
      )}
      {chosen.value && <ChosenFile {...chosen.value} />}
    </>
  );
}

function ChosenFile({ file, url }: Chosen): JSX.Element {
  const isTaken = TAKEN_BY_DIFY.test(file.name) && file.size <= MOST_BYTES;
  return (
    <div class="stack tight" data-testid="chosen-file">
      <p>
        {file.name} <span class="faint number">{formatBytes(file.size)}</span>
      </p>
      <audio class="audio" controls src={url} />
      {!isTaken && <Note kind="warn">{t("difyTakesNot")}</Note>}
    </div>
  );
}

/** Sends a call and shows what Dify would see of it: its lines, or the error's class and sentence. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { ModelType } from "../../contract.ts";
import { formatDuration } from "../format-number.ts";
import { inWords, t } from "../language/words.ts";
import { CallAnnouncer, CallAnswer, SendButton } from "../playground/call-answer.tsx";
import { onSendKeys } from "../playground/send-keys.ts";
import type { WireEvent } from "../state/call-log.ts";
import { startCall, type Call } from "../state/calls.ts";
import { bootstrap, connection } from "../state/workbench.ts";
import { describeEvent } from "../wire/describe-event.ts";
import { sampleRequest } from "./sample-request.ts";

const tried = signal<ModelType>("llm");
const call = signal<Call | undefined>(undefined);

/** More would hide the end. */
const MOST_LINES = 12;

function send(): void {
  const { models, values } = connection.value;
  const type = tried.value;
  call.value = startCall(sampleRequest(type, models[type] ?? "", values));
}

export function TryPanel(): JSX.Element {
  const isReady = (connection.value.models[tried.value] ?? "") !== "";
  const lines = linesOut();
  return (
    <section
      class="card try"
      aria-labelledby="try-title"
      onKeyDown={onSendKeys({ call: call.value, isReady, onSend: send })}
    >
      <div class="card-head">
        <h2 id="try-title">{t("whatDifySees")}</h2>
      </div>
      <div class="card-body stack">
        <div class="row">
          <select
            class="input"
            aria-label={t("modelType")}
            data-testid="try-type"
            value={tried.value}
            onChange={(event) => {
              tried.value = event.currentTarget.value as ModelType;
            }}
          >
            {bootstrap.value?.types.map(({ type, label }) => (
              <option key={type} value={type}>
                {inWords(label)}
              </option>
            ))}
          </select>
          <SendButton call={call.value} label={t("tryCall")} isReady={isReady} onSend={send} />
        </div>
        <CallAnnouncer call={call.value} />
        <CallAnswer call={call.value} blank={t("tryBlank")} hasContent={lines.length > 0}>
          <ol class="lines-out" data-testid="lines-out">
            {lines.slice(0, MOST_LINES).map((event) => (
              <li key={event.n}>
                <span class="number faint">{formatDuration(event.at)}</span>
                <code class="clip">{describeEvent(event)}</code>
              </li>
            ))}
            {lines.length > MOST_LINES && (
              <li class="faint">{t("andMore", { count: lines.length - MOST_LINES })}</li>
            )}
          </ol>
        </CallAnswer>
      </div>
    </section>
  );
}

function linesOut(): WireEvent[] {
  const { events = [] } = call.value?.log.value ?? {};
  return events.filter((event) => event.event === "dify-out" && event.kind === "stream");
}

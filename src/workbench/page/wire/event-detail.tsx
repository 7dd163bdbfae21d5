/** One event of the wire, whole: as it was, or indented. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { JSX } from "preact";
import { askForText } from "../api.ts";
import { formatBytes, formatDuration } from "../format-number.ts";
import { t } from "../language/words.ts";
import { Choices } from "../parts/choices.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Blank } from "../parts/note.tsx";
import type { WireEvent } from "../state/call-log.ts";
import { payloadOf } from "./describe-event.ts";
import { showPayload } from "./show-payload.ts";
import { view } from "./wire-state.ts";

interface Props {
  readonly call: string;
  readonly event: WireEvent | undefined;
  /** What it became, or came of. */
  readonly related: readonly WireEvent[];
  readonly onChoose: (n: number) => void;
}

export function EventDetail({ call, event, related, onChoose }: Props): JSX.Element {
  if (!event) {
    return (
      <Blank icon="search">
        <p>{t("detailBlank")}</p>
      </Blank>
    );
  }
  return (
    <div class="detail stack tight" data-testid="detail">
      <div class="row spread">
        <h3>{t(`event-${event.event}`)}</h3>
        <Choices
          label={t("view")}
          testId="view"
          chosen={view.value}
          choices={[
            { value: "pretty", label: t("pretty") },
            { value: "raw", label: t("raw") },
          ]}
          onChoose={(value) => {
            view.value = value;
          }}
        />
      </div>
      <Facts event={event} />
      {related.length > 0 && (
        <div class="row tight small" data-testid="related">
          <span class="soft">{t(event.event === "dify-out" ? "cameOf" : "became")}</span>
          {related.slice(0, 8).map((one) => (
            <button
              key={one.n}
              type="button"
              class="button slim"
              data-testid="related-event"
              onClick={() => onChoose(one.n)}
            >
              {t(`event-${one.event}`)} · {formatDuration(one.at)}
            </button>
          ))}
          {related.length > 8 && <span class="faint">{t("andMore", { count: related.length - 8 })}</span>}
        </div>
      )}
      {"headers" in event && <HeaderList headers={event.headers} />}
      <Body key={`${call} ${event.n}`} call={call} event={event} />
    </div>
  );
}

function Facts({ event }: { event: WireEvent }): JSX.Element {
  const bytes = payloadOf(event)?.bytes;
  const overhead = event.event === "dify-out" ? event.overhead : undefined;
  return (
    <dl class="numbers">
      <div>
        <dt>{t("time")}</dt>
        <dd>{formatDuration(event.at)}</dd>
      </div>
      {bytes !== undefined && (
        <div>
          <dt>{t("size")}</dt>
          <dd>{formatBytes(bytes)}</dd>
        </div>
      )}
      {overhead !== undefined && (
        <div>
          <dt>{t("numberOverhead")}</dt>
          <dd data-testid="line-overhead">{formatDuration(overhead)}</dd>
        </div>
      )}
    </dl>
  );
}

function HeaderList({ headers }: { headers: readonly (readonly [string, string])[] }): JSX.Element {
  return (
    <details>
      <summary class="small soft">{t("headers", { count: headers.length })}</summary>
      <pre class="code" data-testid="headers">
        {headers.map(([name, value]) => `${name}: ${value}`).join("\n")}
      </pre>
    </details>
  );
}

function Body({ call, event }: { call: string; event: WireEvent }): JSX.Element | null {
  const whole = useSignal<string | undefined>(undefined);
  const payload = payloadOf(event);
  const isCut = payload?.tail !== undefined;
  useEffect(() => {
    whole.value = undefined;
  }, [event.n]);
  const load = async (): Promise<void> => {
    whole.value = await askForText(`calls/${call}/raw/${event.n}`);
  };
  const leftOut = t("leftOut");
  const text = ((): string => {
    if (whole.value !== undefined) return showPayload({ bytes: 0, text: whole.value }, view.value, leftOut);
    if (payload) return showPayload(payload, view.value, leftOut);
    if (event.event === "end") return event.error ? `${event.error.type}: ${event.error.message}` : "";
    if (event.event === "http-error") return event.message;
    return event.event === "log" ? event.text : "";
  })();
  if (text === "") return null;
  return (
    <>
      <pre class="code payload" tabIndex={0} data-testid="payload" data-status={view.value}>
        {text}
      </pre>
      <div class="row">
        <CopyButton label={t("copy")} text={() => text} />
        {isCut && whole.value === undefined && (
          <button type="button" class="button bare slim" data-testid="load-whole" onClick={() => void load()}>
            {t("loadWhole")}
          </button>
        )}
      </div>
    </>
  );
}

/** One call: its numbers, its time-line, its events, and what can be made of it. */
import { useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import type { Fixture } from "../../contract.ts";
import { formatCount } from "../format-number.ts";
import { inWords, t } from "../language/words.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Note } from "../parts/note.tsx";
import { NumbersStrip } from "../parts/numbers.tsx";
import { isProblem, type CallLog, type WireEvent } from "../state/call-log.ts";
import { calls } from "../state/calls.ts";
import { bootstrap } from "../state/workbench.ts";
import { textOf } from "./describe-event.ts";
import { EventDetail } from "./event-detail.tsx";
import { EventRows } from "./event-rows.tsx";
import { TimeLineView } from "./time-line.tsx";
import { chosenEvent, curlOf, fixtureOf, relatedTo, replay, search } from "./wire-state.ts";

export function CallView({ log: source }: { log: Signal<CallLog> }): JSX.Element {
  const log = source.value;
  const wanted = search.value.toLowerCase();
  const events =
    wanted === "" ? log.events : log.events.filter((event) => textOf(event).toLowerCase().includes(wanted));
  const chosen = log.events.find(({ n }) => n === chosenEvent.value);
  const related = relatedTo(chosen, log.events);
  return (
    <section class="stack" data-testid="wire-call" data-status={log.end?.outcome ?? "running"}>
      <div class="card">
        <Head log={log} />
        <div class="card-body stack tight">
          {log.end?.error && (
            <Note kind="bad">
              <span>
                <strong>{log.end.error.type}</strong> {log.end.error.message}
              </span>
            </Note>
          )}
          {log.end && <NumbersStrip numbers={log.end.numbers} />}
          <TimeLineView log={log} chosen={new Set(chosen ? [chosen.n] : [])} onChoose={choose} />
        </div>
      </div>
      <div class="events-and-detail">
        <div class="card">
          <Search events={log.events} found={events.length} />
          <Forgotten id={log.id} />
          <EventRows
            events={events}
            dropped={log.dropped}
            chosen={chosen?.n}
            related={new Set(related.map(({ n }) => n))}
            isLive={log.end === undefined}
            onChoose={choose}
          />
        </div>
        <div class="card card-body detail-card">
          <EventDetail call={log.id} event={chosen} related={related} onChoose={choose} />
        </div>
      </div>
    </section>
  );
}

function choose(n: number): void {
  chosenEvent.value = n;
}

function Head({ log }: { log: CallLog }): JSX.Element {
  const failure = useSignal<string | undefined>(undefined);
  const { id, summary, events } = log;
  const label = bootstrap.value?.types.find((one) => one.type === summary?.type)?.label;
  const exchanges = log.marks.filter(({ kind }) => kind === "http-request");
  const tell = (error: unknown): void => {
    failure.value = error instanceof Error ? error.message : String(error);
  };
  return (
    <>
      <div class="card-head">
        <h2>
          {label && inWords(label)} <span class="soft">{summary?.model}</span>
        </h2>
        <div class="row tight">
          {exchanges.map(({ exchange = 0 }) => (
            <CopyButton
              key={exchange}
              label={exchanges.length === 1 ? t("copyCurl") : t("copyCurlOf", { number: exchange + 1 })}
              text={() => curlOf(id, exchange)}
              testId={`copy-curl-${exchange}`}
            />
          ))}
          <button
            type="button"
            class="button bare slim"
            data-testid="fixture"
            onClick={() => void fixtureOf(id).then(download, tell)}
          >
            <Icon name="download" size={14} />
            {t("fixture")}
          </button>
          <button
            type="button"
            class="button slim"
            data-testid="replay"
            disabled={!summary}
            onClick={() => summary && void replay(id, summary.type, events).catch(tell)}
          >
            <Icon name="again" size={14} />
            {t("replay")}
          </button>
        </div>
      </div>
      {failure.value !== undefined && <Note kind="bad">{failure.value}</Note>}
    </>
  );
}

function download({ file, text }: Fixture): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = file;
  link.click();
  URL.revokeObjectURL(url);
}

/** The server keeps only so much of a call. */
function Forgotten({ id }: { id: string }): JSX.Element | null {
  const count = calls.value.calls.find((call) => call.id === id)?.forgotten ?? 0;
  if (count === 0) return null;
  return (
    <p class="small dropped" data-testid="events-forgotten">
      {t("eventsForgotten", { count: formatCount(count) })}
    </p>
  );
}

function Search({ events, found }: { events: readonly WireEvent[]; found: number }): JSX.Element {
  const problems = events.filter(isProblem);
  const nextProblem = (): void => {
    const after = problems.find(({ n }) => n > (chosenEvent.value ?? -1)) ?? problems[0];
    if (after) chosenEvent.value = after.n;
  };
  return (
    <div class="filter row">
      <input
        id="search"
        class="input slim"
        type="search"
        data-testid="search"
        placeholder={t("searchEvents")}
        aria-label={t("searchEvents")}
        aria-keyshortcuts="/"
        value={search.value}
        onInput={(event) => {
          search.value = event.currentTarget.value;
        }}
      />
      <span class="small faint number" role="status">
        {search.value === "" ? "" : t("found", { count: found })}
      </span>
      {problems.length > 0 && (
        <button
          type="button"
          class="button slim"
          data-testid="next-problem"
          aria-keyshortcuts="n"
          onClick={nextProblem}
        >
          {t("nextProblem", { count: problems.length })}
        </button>
      )}
    </div>
  );
}

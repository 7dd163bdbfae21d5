/** The calls of this launch, the newest first. */
import { signal } from "@preact/signals";
import type { JSX } from "preact";
import type { CallSummary } from "../../contract.ts";
import { formatDuration } from "../format-number.ts";
import { inWords, t } from "../language/words.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { hrefOf } from "../route.ts";
import { calls } from "../state/calls.ts";
import { bootstrap } from "../state/workbench.ts";

const filter = signal("");

export function CallList({ chosen }: { chosen: string | undefined }): JSX.Element {
  const wanted = filter.value.toLowerCase();
  const shown = calls.value.calls.filter((call) => searchable(call).includes(wanted));
  return (
    <nav class="card call-list" aria-label={t("calls")}>
      <div class="filter">
        <input
          class="input slim"
          type="search"
          data-testid="filter-calls"
          placeholder={t("filterCalls")}
          aria-label={t("filterCalls")}
          value={filter.value}
          onInput={(event) => {
            filter.value = event.currentTarget.value;
          }}
        />
      </div>
      <ul data-testid="calls">
        {shown.map((call) => (
          <li key={call.id}>
            <a
              href={hrefOf({ screen: "wire", call: call.id })}
              aria-current={call.id === chosen ? "true" : undefined}
              data-testid="call"
              data-status={call.outcome ?? "running"}
            >
              <CallLine call={call} />
            </a>
          </li>
        ))}
      </ul>
      {calls.value.dropped > 0 && (
        <p class="small faint dropped" data-testid="calls-dropped">
          {t("callsDropped", { count: calls.value.dropped })}
        </p>
      )}
    </nav>
  );
}

const ICONS: Readonly<Record<string, IconName>> = { done: "pass", failed: "fail", cancelled: "stop" };

function CallLine({ call }: { call: CallSummary }): JSX.Element {
  const { type, model, outcome, numbers, started, status } = call;
  const label = bootstrap.value?.types.find((one) => one.type === type)?.label;
  const icon = outcome === undefined ? undefined : ICONS[outcome];
  return (
    <>
      <span class={`call-mark ${outcome ?? "running"}`}>
        {icon ? <Icon name={icon} size={14} /> : <span class="spinner" />}
      </span>
      <span class="clip">{model}</span>
      <span class="small faint number">{numbers && formatDuration(numbers.total)}</span>
      <span class="small faint clip">
        {label ? inWords(label) : type}
        {status !== undefined && status >= 400 && ` · ${status}`}
      </span>
      <time class="small faint number" dateTime={started}>
        {new Date(started).toTimeString().slice(0, 8)}
      </time>
    </>
  );
}

function searchable({ type, model, outcome, error, url, status }: CallSummary): string {
  return [type, model, outcome ?? "running", url, status, error?.type, error?.message]
    .join(" ")
    .toLowerCase();
}

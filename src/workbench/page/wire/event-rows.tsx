/** The events of a call from top to bottom, each in its lane. Only what is in sight is drawn. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { JSX } from "preact";
import { formatCount, formatDuration } from "../format-number.ts";
import { t } from "../language/words.ts";
import { isProblem, laneOf, type WireEvent } from "../state/call-log.ts";
import { describeEvent } from "./describe-event.ts";

const ROW = 28;
/** Rows drawn beyond either edge, so that scrolling shows no holes. */
const BEYOND = 8;

interface Props {
  readonly events: readonly WireEvent[];
  readonly dropped: number;
  readonly chosen: number | undefined;
  /** What the chosen one became, or came of. */
  readonly related: ReadonlySet<number>;
  readonly isLive: boolean;
  readonly onChoose: (n: number) => void;
}

export function EventRows({ events, dropped, chosen, related, isLive, onChoose }: Props): JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const top = useSignal(0);
  const height = useSignal(400);
  const count = events.length;
  useLayoutEffect(() => {
    const { current } = list;
    if (!current) return undefined;
    const observer = new ResizeObserver(() => {
      height.value = current.clientHeight;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { current } = list;
    if (current && isLive && chosen === undefined) current.scrollTop = current.scrollHeight;
  }, [count, isLive]);
  useLayoutEffect(() => {
    const at = events.findIndex(({ n }) => n === chosen);
    if (at !== -1 && list.current) reveal(list.current, at);
  }, [chosen]);
  const from = Math.max(0, Math.floor(top.value / ROW) - BEYOND);
  const to = Math.min(count, Math.ceil((top.value + height.value) / ROW) + BEYOND);
  const position = events.findIndex(({ n }) => n === chosen);
  return (
    <div class="rows">
      <div class="rows-head" aria-hidden="true">
        <span>{t("time")}</span>
        <span>{t("lane-in")}</span>
        <span>{t("lane-http")}</span>
        <span>{t("lane-out")}</span>
      </div>
      {dropped > 0 && (
        <p class="small dropped" data-testid="lines-dropped">
          {t("linesDropped", { count: formatCount(dropped) })}
        </p>
      )}
      <div
        ref={list}
        class="rows-list"
        role="listbox"
        tabIndex={0}
        aria-label={t("events")}
        {...(chosen !== undefined && { "aria-activedescendant": `event-${chosen}` })}
        data-testid="events"
        onScroll={(event) => {
          top.value = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          const next = moved(event.key, position, count);
          const target = next === undefined ? undefined : events[next];
          if (!target) return;
          event.preventDefault();
          onChoose(target.n);
        }}
      >
        <div class="rows-space" style={{ height: `${count * ROW}px` }}>
          {events.slice(from, to).map((event, i) => (
            <Row
              key={event.n}
              event={event}
              before={events[from + i - 1]}
              position={from + i}
              count={count}
              status={event.n === chosen ? "chosen" : related.has(event.n) ? "related" : "other"}
              onChoose={onChoose}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function moved(key: string, position: number, count: number): number | undefined {
  if (count === 0) return undefined;
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 };
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, position + step));
}

function reveal(list: HTMLElement, position: number): void {
  const start = position * ROW;
  if (start < list.scrollTop) list.scrollTop = start;
  else if (start + ROW > list.scrollTop + list.clientHeight) list.scrollTop = start + ROW - list.clientHeight;
}

interface RowProps {
  readonly event: WireEvent;
  readonly before: WireEvent | undefined;
  readonly position: number;
  readonly count: number;
  readonly status: "chosen" | "related" | "other";
  readonly onChoose: (n: number) => void;
}

/** A silence worth a word, in microseconds. */
const SILENCE = 1_000;

function Row({ event, before, position, count, status, onChoose }: RowProps): JSX.Element {
  const lane = laneOf(event);
  const since = before === undefined ? 0 : event.at - before.at;
  const classes = ["event", lane, status, isProblem(event) ? "problem" : ""].join(" ");
  return (
    <div
      id={`event-${event.n}`}
      class={classes}
      role="option"
      aria-selected={status === "chosen"}
      aria-posinset={position + 1}
      aria-setsize={count}
      style={{ transform: `translateY(${position * ROW}px)` }}
      data-testid={`event-${event.event}`}
      data-status={status}
      onClick={() => onChoose(event.n)}
    >
      <span class="event-time number">
        {formatDuration(event.at)}
        {since >= SILENCE && <span class="since">+{formatDuration(since)}</span>}
      </span>
      <span class="event-text">{describeEvent(event)}</span>
    </div>
  );
}

/** A call from left to right: Dify's line in, HTTP both ways, Dify's lines out. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { JSX } from "preact";
import { formatDuration } from "../format-number.ts";
import { t } from "../language/words.ts";
import type { CallLog } from "../state/call-log.ts";
import { layoutTimeLine, type Tick } from "./layout-time-line.ts";

/** Pixels. */
const LEFT = 72;
const RIGHT = 24;
const COLUMN = 2;
const LANES: Readonly<Record<Tick["lane"], number>> = { in: 16, http: 50, out: 84 };
const BOTTOM = 100;
const HEIGHT = 122;

interface Props {
  readonly log: CallLog;
  readonly chosen: ReadonlySet<number>;
  readonly onChoose: (n: number) => void;
}

export function TimeLineView({ log, chosen, onChoose }: Props): JSX.Element {
  const element = useRef<SVGSVGElement>(null);
  const width = useSignal(760);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry) width.value = entry.contentRect.width;
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  const total = log.end?.numbers.total ?? log.marks.at(-1)?.at ?? 0;
  const columns = Math.max(20, Math.floor((width.value - LEFT - RIGHT) / COLUMN));
  const layout = useMemo(() => layoutTimeLine(log.marks, total, columns), [log, total, columns]);
  return (
    <svg
      ref={element}
      class="time-line"
      height={HEIGHT}
      role="img"
      aria-label={t("timeLineTold", { time: formatDuration(total), count: log.marks.length })}
      data-testid="time-line"
    >
      {layout.axis.map(({ column, at }) => (
        <g key={at} class="axis">
          <line x1={place(column)} x2={place(column)} y1={4} y2={BOTTOM} />
          <text x={place(column)} y={114}>
            {formatDuration(at)}
          </text>
        </g>
      ))}
      {layout.gaps.map(({ from, to, microseconds }) => (
        <g key={from} class="gap" data-testid="gap">
          <rect x={place(from)} y={LANES.http - 11} width={(to - from) * COLUMN} height={22} />
          <text x={place((from + to) / 2)} y={LANES.http + 4}>
            {formatDuration(microseconds)}
          </text>
        </g>
      ))}
      {layout.spans.map(({ exchange, from, to }) => (
        <rect
          key={exchange}
          class="span"
          x={place(from)}
          y={LANES.http + 11}
          width={Math.max(2, (to - from) * COLUMN)}
          height={2}
        />
      ))}
      {(["in", "http", "out"] as const).map((lane) => (
        <text key={lane} x={0} y={LANES[lane] + 4}>
          {t(`lane-${lane}`)}
        </text>
      ))}
      {layout.ticks.map((tick) => (
        <TickMark
          key={`${tick.lane}${tick.column}`}
          tick={tick}
          isChosen={chosen.has(tick.n)}
          onChoose={onChoose}
        />
      ))}
      <FirstContent at={log.end?.numbers.firstToken} total={total} columns={columns} />
    </svg>
  );
}

interface TickProps {
  readonly tick: Tick;
  readonly isChosen: boolean;
  readonly onChoose: (n: number) => void;
}

/** The more events a column holds, the taller. */
function TickMark({ tick, isChosen, onChoose }: TickProps): JSX.Element {
  const { lane, column, count, n, isProblem } = tick;
  const half = Math.min(11, 6 + Math.log2(count) * 2);
  return (
    <rect
      class={`tick ${lane}${isProblem ? " problem" : ""}${isChosen ? " chosen" : ""}`}
      x={place(column) - 1.5}
      y={LANES[lane] - half}
      width={3}
      height={2 * half}
      rx={1}
      onClick={() => onChoose(n)}
    />
  );
}

interface FirstProps {
  /** Microseconds. */
  readonly at: number | undefined;
  readonly total: number;
  readonly columns: number;
}

function FirstContent({ at, total, columns }: FirstProps): JSX.Element | null {
  if (at === undefined || total === 0) return null;
  const x = place((at / total) * (columns - 1));
  return (
    <g class="first">
      <line x1={x} x2={x} y1={4} y2={BOTTOM} />
      <text x={x - 4} y={12}>
        {t("firstContent")}
      </text>
    </g>
  );
}

function place(column: number): number {
  return LEFT + column * COLUMN;
}

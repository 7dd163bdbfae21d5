/** A call from left to right: Dify's line in, HTTP both ways, Dify's lines out. */
import { useMemo } from "preact/hooks";
import type { JSX } from "preact";
import { formatDuration } from "../format-number.ts";
import { t } from "../language/words.ts";
import type { CallLog } from "../state/call-log.ts";
import { layoutTimeLine, type Tick } from "./layout-time-line.ts";

const COLUMNS = 360;
const LEFT = 72;
const WIDTH = 800;
const STEP = (WIDTH - LEFT - 20) / (COLUMNS - 1);
const LANES: Readonly<Record<Tick["lane"], number>> = { in: 16, http: 50, out: 84 };
const HEIGHT = 122;

interface Props {
  readonly log: CallLog;
  readonly chosen: ReadonlySet<number>;
  readonly onChoose: (n: number) => void;
}

function place(column: number): number {
  return LEFT + column * STEP;
}

export function TimeLineView({ log, chosen, onChoose }: Props): JSX.Element {
  const last = log.marks.at(-1);
  const total = log.end?.numbers.total ?? last?.at ?? 0;
  const layout = useMemo(() => layoutTimeLine(log.marks, total, COLUMNS), [log, total]);
  const { firstToken } = log.end?.numbers ?? {};
  return (
    <svg
      class="time-line"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={t("timeLineTold", { time: formatDuration(total), count: log.marks.length })}
      data-testid="time-line"
    >
      {layout.axis.map(({ column, at }) => (
        <g key={at} class="axis">
          <line x1={place(column)} x2={place(column)} y1={4} y2={100} />
          <text x={place(column)} y={114}>
            {formatDuration(at)}
          </text>
        </g>
      ))}
      {layout.gaps.map(({ from, to, microseconds }) => (
        <g key={from} class="gap" data-testid="gap">
          <rect x={place(from)} y={LANES.http - 11} width={(to - from) * STEP} height={22} />
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
          width={Math.max(2, (to - from) * STEP)}
          height={2}
        />
      ))}
      {(["in", "http", "out"] as const).map((lane) => (
        <text key={lane} class="lane-name" x={0} y={LANES[lane] + 4}>
          {t(`lane-${lane}`)}
        </text>
      ))}
      {layout.ticks.map(({ lane, column, count, n, isProblem }) => (
        <rect
          key={`${lane}${column}`}
          class={`tick ${lane}${isProblem ? " problem" : ""}${chosen.has(n) ? " chosen" : ""}`}
          x={place(column) - 1.5}
          y={LANES[lane] - Math.min(11, 6 + Math.log2(count) * 2)}
          width={3}
          height={2 * Math.min(11, 6 + Math.log2(count) * 2)}
          rx={1}
          onClick={() => onChoose(n)}
        />
      ))}
      {firstToken !== undefined && total > 0 && (
        <g class="first">
          <line
            x1={place((firstToken / total) * (COLUMNS - 1))}
            x2={place((firstToken / total) * (COLUMNS - 1))}
            y1={4}
            y2={100}
          />
          <text x={place((firstToken / total) * (COLUMNS - 1)) - 4} y={12}>
            {t("firstContent")}
          </text>
        </g>
      )}
    </svg>
  );
}

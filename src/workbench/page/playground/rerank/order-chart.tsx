/** The order before and after: a line for each document, and its score. */
import type { JSX } from "preact";
import { t } from "../../language/words.ts";

/** Best first; `index` is the position it was sent at. */
export interface Ranked {
  readonly index: number;
  readonly text: string;
  readonly score: number;
}

interface Props {
  readonly sent: readonly string[];
  readonly ranked: readonly Ranked[];
}

const ROW = 48;
const WIDTH = 56;

export function OrderChart({ sent, ranked }: Props): JSX.Element {
  const kept = new Set(ranked.map(({ index }) => index));
  const highest = Math.max(...ranked.map(({ score }) => score), 0);
  return (
    <div class="order" data-testid="order">
      <ol aria-label={t("orderSent")}>
        {sent.map((text, i) => (
          <li key={i} class={kept.has(i) ? "" : "left-out"} title={text}>
            <span class="place">{i + 1}</span>
            <span class="clip">{text}</span>
          </li>
        ))}
      </ol>
      <svg
        width={WIDTH}
        height={Math.max(sent.length, ranked.length) * ROW}
        viewBox={`0 0 ${WIDTH} ${Math.max(sent.length, ranked.length) * ROW}`}
        aria-hidden="true"
      >
        {ranked.map(({ index }, i) => (
          <path key={index} class={i === 0 ? "best" : ""} d={curve(middle(index), middle(i))} />
        ))}
      </svg>
      <ol aria-label={t("orderRanked")}>
        {ranked.map(({ index, text, score }, i) => (
          <li key={index} title={text} data-testid={`ranked-${i}`}>
            <span class="place">{i + 1}</span>
            <span class="clip">{text}</span>
            <Move from={index} to={i} />
            <meter min={0} max={highest || 1} value={Math.max(0, score)} aria-label={t("score")} />
            <span class="number score">{score.toFixed(3)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Move({ from, to }: { from: number; to: number }): JSX.Element {
  const places = from - to;
  const arrow = places > 0 ? "▲" : "▼";
  return (
    <span class={places > 0 ? "move up" : "move"} aria-label={t("moved", { places })}>
      {places === 0 ? "–" : `${arrow}${Math.abs(places)}`}
    </span>
  );
}

function middle(row: number): number {
  return row * ROW + ROW / 2;
}

function curve(from: number, to: number): string {
  return `M2 ${from}C${WIDTH / 2} ${from} ${WIDTH / 2} ${to} ${WIDTH - 2} ${to}`;
}

/** Every text beside every other one: the nearer, the darker, with the number in it. */
import type { JSX } from "preact";
import { t } from "../../language/words.ts";
import { nearestPair, similarityGrid, type Vector } from "../similarity.ts";

const MOST_TEXTS = 16;
const SHADES = 8;

interface Props {
  readonly texts: readonly string[];
  readonly vectors: readonly Vector[];
}

export function SimilarityGrid({ texts, vectors }: Props): JSX.Element {
  const shown = vectors.slice(0, MOST_TEXTS);
  const grid = similarityGrid(shown);
  const nearest = nearestPair(grid);
  return (
    <figure class="stack tight">
      <div class="grid-scroll">
        <table class="similarity" data-testid="similarity">
          <caption class="unseen">{t("similarityCaption")}</caption>
          <thead>
            <tr>
              <td />
              {shown.map((_, i) => (
                <th key={i} scope="col">
                  {i + 1}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.map((row, i) => (
              <tr key={i}>
                <th scope="row" title={texts[i]}>
                  <span class="faint">{i + 1}</span> {texts[i]}
                </th>
                {row.map((value, j) => (
                  <td
                    key={j}
                    class={`shade-${shadeOf(value)}`}
                    title={`${texts[i]} × ${texts[j]}`}
                    data-testid={`similarity-${i}-${j}`}
                    data-status={isPair(nearest, i, j) ? "nearest" : "other"}
                  >
                    {value.toFixed(2)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <figcaption class="small soft">
        {nearest && t("nearest", { first: texts[nearest[0]] ?? "", second: texts[nearest[1]] ?? "" })}
        {vectors.length > MOST_TEXTS && ` ${t("gridCut", { shown: MOST_TEXTS, count: vectors.length })}`}
      </figcaption>
    </figure>
  );
}

function shadeOf(value: number): number {
  return Math.max(0, Math.min(SHADES, Math.round(value * SHADES)));
}

function isPair(pair: readonly [number, number] | undefined, i: number, j: number): boolean {
  return pair !== undefined && ((pair[0] === i && pair[1] === j) || (pair[0] === j && pair[1] === i));
}

/** The vectors themselves: how long, and how they begin. */
import type { JSX } from "preact";
import { formatCount } from "../../format-number.ts";
import { t } from "../../language/words.ts";
import { norm, type Vector } from "../similarity.ts";

const MOST = 64;
const HEAD = 6;

export function VectorTable({ vectors }: { vectors: readonly Vector[] }): JSX.Element {
  const lengths = [...new Set(vectors.map(({ length }) => length))];
  return (
    <details class="vectors">
      <summary>
        {t("vectorsTold", {
          count: formatCount(vectors.length),
          dimensions: lengths.map(formatCount).join(", "),
        })}
      </summary>
      <ol>
        {vectors.slice(0, MOST).map((vector, i) => (
          <li key={i} class="mono">
            <span class="faint">|{norm(vector).toFixed(3)}|</span> [
            {vector
              .slice(0, HEAD)
              .map((value) => value.toFixed(4))
              .join(", ")}
            {vector.length > HEAD && ", …"}]
          </li>
        ))}
      </ol>
      {vectors.length > MOST && <p class="small faint">{t("andMore", { count: vectors.length - MOST })}</p>}
    </details>
  );
}

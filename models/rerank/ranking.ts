/** From scores to Dify's ranking: comparable, best first, cut to what was asked for. */
import type { RerankResult } from "../../src/dify/replies.ts";
import type { Settings } from "../../provider/settings.ts";
import { isSent, textOf, type Piece, type Ranking } from "./request.ts";

type Scale = Settings["rerank_score"];

/**
 * Best first, as probabilities where the scores are none. The order is that of the server's numbers: far
 * from 0, several of them become the same probability. Documents that were not sent come last.
 *
 * @param scores a hole for a document the server has no score for
 */
export function rank(
  scores: readonly (number | undefined)[],
  ranking: Ranking,
  scale: Scale,
): RerankResult["docs"] {
  const { docs, top_n, score_threshold } = ranking;
  const found = scores.flatMap((score, index) => (score === undefined ? [] : [{ index, score }]));
  const convert = probability(
    found.map(({ score }) => score),
    scale,
  );
  const best = found
    .toSorted((a, b) => b.score - a.score)
    .map(({ index, score }) => ({ index, score: convert(score) }));
  const least = Math.min(0, best.at(-1)?.score ?? 0);
  const unsent = docs.flatMap((doc, index) => (isSent(ranking, doc) ? [] : [{ index, score: least }]));
  return (
    [...best, ...unsent]
      // Dify knows an image by its index; its bytes would only make the line too long.
      .map(({ index, score }) => ({ index, text: textAt(docs, index), score }))
      .filter(({ score }) => score_threshold <= 0 || score >= score_threshold)
      .slice(0, top_n > 0 ? top_n : undefined)
  );
}

function textAt(docs: readonly Piece[], index: number): string {
  const doc = docs[index];
  return doc ? textOf(doc) : "";
}

/** Raw logits show by a score outside of 0 to 1; then all scores of the answer are logits. */
function probability(scores: readonly number[], scale: Scale): (score: number) => number {
  const logits = scale === "sigmoid" || (scale === "auto" && scores.some((score) => score < 0 || score > 1));
  return logits ? (score) => 1 / (1 + Math.exp(-score)) : (score) => score;
}

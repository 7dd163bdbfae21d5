/** From a server's ranking to Dify's: best first, cut to what was asked for. */
import * as z from "zod";
import type { RerankResult } from "../../src/dify/replies.ts";
import type { Ranking } from "./request.ts";

const item = z.object({
  index: z.int().nullish(),
  relevance_score: z.number().nullish(),
  score: z.number().nullish(),
});

/** A bare list, or a list under the name this family of servers gives it. */
export const rerankAnswer = z.union([
  z.array(item),
  z.object({ results: z.array(item) }).transform(({ results }) => results),
  z.object({ data: z.array(item) }).transform(({ data }) => data),
]);
export type RerankAnswer = z.output<typeof rerankAnswer>;

/** Undefined when an item has no score or points to no document. The texts are our own copies. */
export function readRanking(items: RerankAnswer, request: Ranking): RerankResult["docs"] | undefined {
  const docs: { index: number; text: string; score: number }[] = [];
  for (const [position, { index, relevance_score, score }] of items.entries()) {
    const place = index ?? position;
    const text = request.docs[place];
    const value = relevance_score ?? score;
    if (text === undefined || value === null || value === undefined) return undefined;
    docs.push({ index: place, text, score: value });
  }
  const { top_n, score_threshold } = request;
  return docs
    .toSorted((a, b) => b.score - a.score)
    .filter(({ score }) => score_threshold <= 0 || score >= score_threshold)
    .slice(0, top_n > 0 ? top_n : undefined);
}

/** From any server's answer to one score for each document, in the order of the documents. */
import * as z from "zod";

interface Item {
  /** Of the document; undefined when the server does not say. */
  index: number | undefined;
  score: number | undefined;
}

const items = z.array(z.unknown()).transform((values, context): Item[] => {
  const read = values.map(readItem).filter((item) => item !== undefined);
  if (read.length < values.length) context.addIssue("no result of a ranking");
  return read;
});

/** By hand: there is one for each document, and a schema takes longer than all else that is done with them. */
function readItem(value: unknown): Item | undefined {
  if (Number.isFinite(value)) return { index: undefined, score: value as number };
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { index: place, relevance_score, score: plain, similarity, logit } = value as Record<string, unknown>;
  const index = place ?? undefined;
  const score = relevance_score ?? plain ?? similarity ?? logit ?? undefined;
  const isPlace = index === undefined || Number.isSafeInteger(index);
  if (!isPlace || (score !== undefined && !Number.isFinite(score))) return undefined;
  return { index: index as number | undefined, score: score as number | undefined };
}

/** A bare list, or a list under the name the server's family gives it. */
export const rerankAnswer = z.union([
  items,
  z.object({ results: items }).transform(({ results }) => results),
  z.object({ data: items }).transform(({ data }) => data),
  z.object({ output: z.object({ results: items }) }).transform(({ output }) => output.results),
  z.object({ rankings: items }).transform(({ rankings }) => rankings),
  z.object({ scores: items }).transform(({ scores }) => scores),
]);
export type RerankAnswer = z.output<typeof rerankAnswer>;

/**
 * The scores by document; a hole where the server left one out. Without any index they are in the order of
 * the documents.
 *
 * @returns in words, what makes no sense instead
 */
export function readScores(answer: RerankAnswer, count: number): (number | undefined)[] | string {
  const indexed = answer.some(({ index }) => index !== undefined);
  if (!indexed && answer.length !== count) return `${answer.length} scores for ${count} documents`;
  const scores = Array.from<number | undefined>({ length: count });
  for (const [position, { index = indexed ? undefined : position, score: value }] of answer.entries()) {
    if (index === undefined) return `no index for result ${position}`;
    if (index < 0 || index >= count) return `index ${index}, though only ${count} documents were sent`;
    if (value === undefined) return `no score for document ${index}`;
    if (scores[index] !== undefined) return `two scores for document ${index}`;
    scores[index] = value;
  }
  return scores;
}

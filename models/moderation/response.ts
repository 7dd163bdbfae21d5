/** From a server's verdicts to Dify's one. */
import * as z from "zod";

/** Mistral tells the categories only. */
const verdict = z.union([
  z.object({ flagged: z.boolean() }).transform(({ flagged }) => flagged),
  z
    .object({ categories: z.record(z.string(), z.boolean().nullish()) })
    .transform(({ categories }) => Object.values(categories).includes(true)),
]);

/** For each text, whether it was flagged. */
export const moderationAnswer = z
  .object({ results: z.array(verdict).min(1) })
  .transform(({ results }) => results);

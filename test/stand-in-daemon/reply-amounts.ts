/** Counts, prices and usage, as the daemon's Go structs read them. */
import * as z from "zod";
import type { Rule } from "./rule.ts";

const WHOLE = "trap 6: token counts are whole numbers, the daemon ends the request otherwise" satisfies Rule;
const DECIMAL = "trap 6: expected a decimal, the daemon reads neither NaN nor empty text" satisfies Rule;
const COMPLETE = "trap 7: the daemon takes a usage only when it is complete" satisfies Rule;

/** Go's decimal takes a number, or text that may carry an exponent. An absent one becomes "0". */
export const decimal = z.union(
  [z.string().regex(/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/, DECIMAL), z.number()],
  DECIMAL,
);

export const tokenCount = z.int(WHOLE);

const requiredCount = z.int({ error: ({ input }) => (input === undefined ? COMPLETE : WHOLE) });

export const llmUsage = z.strictObject({
  prompt_tokens: requiredCount,
  prompt_unit_price: decimal.optional(),
  prompt_price_unit: decimal.optional(),
  prompt_price: decimal.optional(),
  completion_tokens: requiredCount,
  completion_unit_price: decimal.optional(),
  completion_price_unit: decimal.optional(),
  completion_price: decimal.optional(),
  total_tokens: requiredCount,
  total_price: decimal.optional(),
  currency: z.string(COMPLETE),
  latency: z.number(COMPLETE),
});

export const embeddingUsage = z.strictObject({
  tokens: requiredCount,
  total_tokens: requiredCount,
  unit_price: decimal.optional(),
  price_unit: decimal.optional(),
  total_price: decimal.optional(),
  currency: z.string(COMPLETE),
  latency: z.number(COMPLETE),
});

const COUNT =
  /"(?:index|tokens|prompt_tokens|completion_tokens|total_tokens|num_tokens)":\s*\[?([-+\d.,\seE]+)/g;

/** `34.0` is a float to Go; JSON.parse can no longer tell. */
export function countsWrittenAsFloats(line: string): string[] {
  const written = [...line.matchAll(COUNT)].flatMap(([, counts = ""]) => counts.split(/[,\s]+/));
  const floats = written.filter((count) => /[.eE]/.test(count) && Number.isInteger(Number(count)));
  return floats.map((count) => `${WHOLE}: ${count}` satisfies Rule);
}

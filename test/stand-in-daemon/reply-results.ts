/** The replies that are one small object: vectors, rankings, audio, counts, verdicts. */
import * as z from "zod";
import { embeddingUsage, tokenCount } from "./reply-amounts.ts";
import type { Rule } from "./rule.ts";

const LIST = "trap 8: the daemon takes an empty list here, but neither null nor nothing" satisfies Rule;
const VALID =
  "trap 10: Dify ignores a negative result and saves the credentials, send an error" satisfies Rule;
const CREDENTIALS = "section 2.10: Dify stores credentials as strings" satisfies Rule;
const HEX = "section 2.8: Dify decodes audio as pairs of hex digits" satisfies Rule;

const model = z.string().min(1);

export const embeddingResult = z.strictObject({
  model,
  embeddings: z.array(z.array(z.number()), LIST),
  usage: embeddingUsage,
});

export const rerankResult = z.strictObject({
  model,
  docs: z.array(z.strictObject({ index: z.int(), text: z.string(), score: z.number() }), LIST),
});

export const speechChunk = z.strictObject({
  result: z.string(HEX).regex(/^(?:[\da-f]{2})*$/i, HEX),
  mime_type: z.string().nullish(),
});

export const voiceList = z.strictObject({
  voices: z.array(z.strictObject({ name: z.string().min(1), value: z.string().min(1) }), LIST),
});

export const transcription = z.strictObject({ result: z.string() });
export const moderation = z.strictObject({ result: z.boolean() });

export const tokenTotal = z.strictObject({ num_tokens: tokenCount });
export const tokenCounts = z.strictObject({ num_tokens: z.array(tokenCount, LIST) });

export const validated = z.strictObject({
  result: z.literal(true, VALID),
  credentials: z.record(z.string(), z.string(CREDENTIALS), CREDENTIALS).nullish(),
});

type Request = Readonly<Record<string, unknown>>;

/** One answer for each text: Dify pairs them by position. */
export function brokenCountRules(request: Request, reply: unknown): Rule[] {
  const texts = listLength(request["texts"] ?? request["documents"]);
  const { embeddings, num_tokens } = reply as { embeddings?: unknown[]; num_tokens?: unknown[] };
  const answers = (embeddings ?? num_tokens ?? []).length;
  if (answers === texts) return [];
  return [`section 2.5: ${answers} ${embeddings ? "vectors" : "counts"} came for ${texts} texts`];
}

/** Dify looks every `index` up in the documents of its request. */
export function brokenRankingRules(request: Request, reply: unknown): Rule[] {
  const { docs } = reply as z.output<typeof rerankResult>;
  const asked = listLength(request["docs"]);
  const top = request["top_n"];
  const most = typeof top === "number" && top > 0 ? Math.min(top, asked) : asked;
  const rules: Rule[] = [];
  if (docs.length > most) rules.push(`section 2.7: ${docs.length} documents came, at most ${most} may`);
  const indexes = docs.map(({ index }) => index);
  const outside = indexes.find((index) => index < 0 || index >= asked);
  if (outside !== undefined) rules.push(`section 2.7: index ${outside} is none of ${asked} documents`);
  const repeated = indexes.find((index, position) => indexes.indexOf(index) < position);
  if (repeated !== undefined) rules.push(`section 2.7: index ${repeated} comes twice`);
  return rules;
}

function listLength(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

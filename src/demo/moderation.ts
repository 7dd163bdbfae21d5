/** `POST /v1/moderations`: flags what names one of a few words. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { wordsOf } from "./demo-tokens.ts";

const text = z.string().min(1);

export const moderationRequest = z.object({
  model: z.string(),
  input: z.union([text, z.array(text).min(1)]),
});

/** The words of each category, lower-cased. */
const CATEGORIES: Readonly<Record<string, readonly string[]>> = {
  harassment: ["idiot", "idiots", "stupid"],
  "self-harm": ["suicide"],
  violence: ["attack", "bomb", "kill", "murder"],
};

export function moderationReply({ model, input }: z.output<typeof moderationRequest>): object {
  const texts = typeof input === "string" ? [input] : input;
  return { id: `modr-demo-${randomUUID()}`, model, results: texts.map((each) => verdict(each)) };
}

function verdict(each: string): object {
  const words = new Set(wordsOf(each));
  const found = Object.entries(CATEGORIES).map(([category, flagged]) => ({
    category,
    flagged: flagged.some((word) => words.has(word)),
  }));
  return {
    flagged: found.some(({ flagged }) => flagged),
    categories: Object.fromEntries(found.map(({ category, flagged }) => [category, flagged])),
    category_scores: Object.fromEntries(found.map(({ category, flagged }) => [category, flagged ? 1 : 0])),
  };
}

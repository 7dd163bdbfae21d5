/** From a server's vectors to Dify's, in the order of the texts. */
import * as z from "zod";

/** Only what is read. Numbers are not checked one by one: that costs more than everything else here. */
export const embeddingAnswer = z.object({
  data: z.array(
    z.object({ index: z.number().nullish(), embedding: z.union([z.string(), z.custom(Array.isArray)]) }),
  ),
  usage: z.object({ prompt_tokens: z.number().nullish(), total_tokens: z.number().nullish() }).nullish(),
});
export type EmbeddingAnswer = z.output<typeof embeddingAnswer>;

/** The vectors by `index`; undefined when they are no vectors, or not one for each of `count` texts. */
export function readVectors({ data }: EmbeddingAnswer, count: number): number[][] | undefined {
  if (data.length !== count) return undefined;
  const vectors: number[][] = [];
  for (const [position, { index, embedding }] of data.entries()) {
    const vector = typeof embedding === "string" ? decodeFloats(embedding) : (embedding as number[]);
    const place = index ?? position;
    if (!Number.isInteger(place) || place < 0 || vectors[place] || !isVector(vector)) return undefined;
    vectors[place] = vector;
  }
  const size = vectors[0]?.length;
  return vectors.length === count && vectors.every(({ length }) => length === size) ? vectors : undefined;
}

function isVector(values: readonly unknown[]): boolean {
  return values.length > 0 && values.every((value) => Number.isFinite(value));
}

/** Base64 of little-endian 32-bit floats, as OpenAI sends them on demand. */
function decodeFloats(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => bytes.readFloatLE(i * 4));
}

export function readTokens({ usage }: EmbeddingAnswer): number | undefined {
  const tokens = usage?.prompt_tokens || usage?.total_tokens;
  return tokens === null || tokens === undefined || tokens <= 0 ? undefined : Math.round(tokens);
}

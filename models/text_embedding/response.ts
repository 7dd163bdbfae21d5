/** From a server's vectors to 32-bit floats, in the order of the texts. */
import * as z from "zod";

const vector = z.union([z.string(), z.custom<readonly unknown[]>(Array.isArray)]);
const entry = z.object({ index: z.unknown().optional(), embedding: vector });

/** Only what is read. Numbers are not checked one by one: that costs more than everything else here. */
export const embeddingAnswer = z.union([
  z.object({
    data: z.array(entry),
    usage: z
      .object({ prompt_tokens: z.number().nullish(), total_tokens: z.number().nullish() })
      .nullish()
      .catch(undefined),
  }),
  // llama.cpp at its root
  z.array(entry).transform((data) => ({ data, usage: undefined })),
]);
export type EmbeddingAnswer = z.output<typeof embeddingAnswer>;

/** One vector for each entry, in the order of the texts; undefined when one of them is no vector. */
export function readVectors({ data }: EmbeddingAnswer): Float32Array[] | undefined {
  const vectors = inOrder(data).map(({ embedding }) =>
    typeof embedding === "string" ? decodeFloats(embedding) : readNumbers(embedding),
  );
  return vectors.every((one) => one !== undefined) ? vectors : undefined;
}

/**
 * By `index` where that tells the entries apart, whatever it counts from; some servers leave it out or
 * give every entry the same.
 */
function inOrder<T extends { index?: unknown }>(entries: readonly T[]): readonly T[] {
  const places = entries.map(({ index }) =>
    typeof index === "string" && index !== "" ? Number(index) : index,
  );
  const told = places.every(Number.isSafeInteger) && new Set(places).size === entries.length;
  if (!told) return entries;
  return entries
    .map((one, position) => ({ one, place: places[position] as number }))
    .toSorted((left, right) => left.place - right.place)
    .map(({ one }) => one);
}

function readNumbers(values: readonly unknown[]): Float32Array | undefined {
  const [first] = values;
  // llama.cpp and others wrap the vector once more; several are those of single tokens.
  if (Array.isArray(first) && values.length === 1) return readNumbers(first);
  const floats = new Float32Array(values.length);
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value !== "number") return undefined;
    floats[index] = value;
  }
  return checked(floats);
}

/** Base64 of little-endian 32-bit floats, as OpenAI sends them on demand. */
function decodeFloats(base64: string): Float32Array | undefined {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length % 4 !== 0) return undefined;
  const floats = new Float32Array(bytes.length / 4);
  for (let index = 0; index < floats.length; index += 1) floats[index] = bytes.readFloatLE(index * 4);
  return checked(floats);
}

/** No vector is empty, and JSON has neither infinity nor NaN. */
function checked(floats: Float32Array): Float32Array | undefined {
  if (floats.length === 0) return undefined;
  for (let index = 0; index < floats.length; index += 1) {
    if (!Number.isFinite(floats[index])) return undefined;
  }
  return floats;
}

export function readTokens({ usage }: EmbeddingAnswer): number | undefined {
  const tokens = usage?.prompt_tokens || usage?.total_tokens;
  return tokens === null || tokens === undefined || tokens <= 0 ? undefined : Math.round(tokens);
}

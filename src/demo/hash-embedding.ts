/**
 * Texts as vectors without a model: feature hashing of words and character trigrams.
 *
 * Each feature adds to or takes from one dimension, both chosen by its hash, so texts that share words
 * or parts of words come out near each other and all others about perpendicular.
 */
import { wordsOf } from "./demo-tokens.ts";

/** A vector of length 1. */
export function embed(text: string, dimensions = 256): Float32Array {
  const sums = new Float64Array(dimensions);
  for (const feature of featuresOf(text)) {
    const hash = hashOf(feature);
    const index = (hash & 0x7fff_ffff) % dimensions;
    sums[index] = (sums[index] ?? 0) + (hash < 0 ? -1 : 1);
  }
  const length = Math.hypot(...sums);
  // Opposite signs can cancel out, and a zero vector has no direction to compare.
  if (length === 0) return Float32Array.from(sums, (_, index) => (index === 0 ? 1 : 0));
  return Float32Array.from(sums, (sum) => sum / length);
}

/** For vectors of length 1. */
export function cosine(left: Float32Array, right: Float32Array): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
}

/** Little-endian, as OpenAI's `encoding_format: base64` has it whatever the machine. */
export function base64Floats(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString("base64");
}

function featuresOf(text: string): string[] {
  const words = wordsOf(text);
  // A text of nothing but punctuation is its own only feature.
  if (words.length === 0) return [`text ${text.trim()}`];
  const letters = Array.from(` ${words.join(" ")} `);
  const trigrams = letters.slice(2).map((_, index) => `part ${letters.slice(index, index + 3).join("")}`);
  // Twice, as one shared word should weigh more than a few shared letters.
  return [...words, ...words].map((word) => `word ${word}`).concat(trigrams);
}

/** FNV-1a, then the finaliser of MurmurHash3: FNV alone leaves the lowest bits too regular. */
function hashOf(feature: string): number {
  let hash = 0x811c_9dc5;
  for (const byte of Buffer.from(feature)) hash = Math.imul(hash ^ byte, 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}

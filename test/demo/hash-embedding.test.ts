import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base64Floats, cosine, embed } from "../../src/demo/hash-embedding.ts";

function nearness(left: string, right: string): number {
  return cosine(embed(left), embed(right));
}

describe("embed", () => {
  it("gives any text a vector of length 1 in the dimensions asked for", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", minLength: 1 }),
        fc.integer({ min: 8, max: 1024 }),
        (text, size) => {
          const vector = embed(text, size);
          expect(vector).toHaveLength(size);
          expect(cosine(vector, vector)).toBeCloseTo(1, 5);
        },
      ),
    );
  });

  it.each([
    ["How do I reset my password?", "password reset help", "The museum opens at nine."],
    ["The cat sat on the mat", "A cat sits on a mat", "Quarterly revenue grew by a tenth"],
    ["今天天气怎么样", "明天的天气如何", "请给我一杯咖啡"],
  ])("puts %j nearer to %j than to %j", (text, similar, other) => {
    expect(nearness(text, similar)).toBeGreaterThan(nearness(text, other) + 0.2);
  });

  it("has a direction even where the features cancel out", () => {
    // Found by trial: with 8 dimensions their features add up to nothing.
    for (const text of ["hw", "pd", "ue"]) expect(cosine(embed(text, 8), embed(text, 8))).toBe(1);
  });

  it("keeps long texts apart that have only letters in common", () => {
    const harbour =
      "The harbour was quiet that morning, and fishing boats rocked against the pier in the wind.";
    const parser =
      "Compilers translate source code: a parser builds a syntax tree, an optimiser rewrites it.";
    expect(nearness(harbour, parser)).toBeLessThan(0.25);
  });

  it("does not mind case", () => {
    expect(embed("Hello World")).toEqual(embed("hello world"));
    expect(embed("hello world")).not.toEqual(embed("hello there"));
  });
});

describe("base64Floats", () => {
  it("writes little-endian float32", () => {
    expect(base64Floats(new Float32Array([1, -2]))).toBe(
      Buffer.from("0000803f000000c0", "hex").toString("base64"),
    );
  });
});

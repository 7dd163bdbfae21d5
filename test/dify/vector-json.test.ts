import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { vectorsToJson } from "../../src/dify/vector-json.ts";

const write = (...values: number[]): string => vectorsToJson([Float32Array.from(values)]).toString();

/** The shortest decimal that reads as the same 32-bit float, found by trying. */
function fewestDigits(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    if (Math.fround(Number(value.toPrecision(digits))) === value) return digits;
  }
  return 9;
}

const significant = (text: string): string =>
  text.replace(/e.*$/, "").replaceAll(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "");

const anyFloat = fc.float({ noNaN: true, noDefaultInfinity: true });
const usualFloat = fc.float({ min: -1, max: 1, noNaN: true }).filter((value) => Math.abs(value) >= 1e-5);

describe("vectors as JSON", () => {
  test.each([
    [[0.1, -0.25, 1, 0], "[0.1,-0.25,1,0]"],
    [[Math.fround(0.01), Math.fround(0.001), -1e-5], "[0.01,0.001,-0.00001]"],
    [[-0.006929283495992422], "[-0.0069292835]"],
    [[], "[]"],
  ])("%j", (values, text) => expect(write(...values)).toBe(text));

  test("several vectors, and none", () => {
    expect(String(vectorsToJson([Float32Array.of(1, 2), Float32Array.of(3)]))).toBe("[1,2],[3]");
    expect(String(vectorsToJson([]))).toBe("");
  });

  test.each([
    ["in the usual range", usualFloat],
    ["of any size", anyFloat],
  ])("read as the same 32-bit floats, %s", (_range, floats) => {
    fc.assert(
      fc.property(fc.array(floats), (values) => {
        const read = JSON.parse(write(...values)) as number[];
        // Zero has no sign in JSON text of ours.
        expect(read.map((value) => Math.fround(value) + 0)).toEqual(values.map((value) => value + 0));
      }),
      { numRuns: 500 },
    );
  });

  test("have no digit too many", () => {
    fc.assert(
      fc.property(usualFloat, (value) => {
        const text = write(value).slice(1, -1);
        expect(significant(text).length).toBeLessThanOrEqual(fewestDigits(value));
      }),
      { numRuns: 2_000 },
    );
  });
});

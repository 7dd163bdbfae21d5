import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countTokens, tokenPieces, wordsOf } from "../../src/demo/demo-tokens.ts";

describe("demo tokens", () => {
  it("join to the text again, whatever it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(" ", "\n", "a", "é", "7", "_", "!", "世", "🎉", "\ud800") }),
        (text) => {
          expect(tokenPieces(text).join("")).toBe(text);
          expect(tokenPieces(text).every((piece) => piece.trim() !== "" || piece === text)).toBe(true);
        },
      ),
    );
  });

  it.each([
    ["", 0],
    ["   ", 1],
    [" Hello, world! ", 4],
    ["it costs 3.50", 5],
    ["你好 world", 3],
  ])("of %j are %d", (text, count) => {
    expect(countTokens(text)).toBe(count);
  });

  it("give words without case and punctuation", () => {
    expect(wordsOf("Hello, WORLD! 你好 (42)")).toEqual(["hello", "world", "你", "好", "42"]);
  });
});

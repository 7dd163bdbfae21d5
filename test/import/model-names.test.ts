/** What names say; a sample of real ones, by type. */
import { describe, expect, test } from "vitest";
import { guessByName } from "../../src/import/model-names.ts";
import { matchesName } from "../../src/import/name-pattern.ts";
import names from "./model-names.json" with { type: "json" };

describe.each(Object.entries(names))("%s", (type, those) => {
  test.each(those)("%s", (name) => {
    const guess = guessByName(name);
    expect(guess.unclear ? "unclear" : (guess.type ?? "none")).toBe(type);
  });
});

test("a name that says nothing is taken for a language model's", () => {
  expect(guessByName("tiny")).toMatchObject({ type: "llm", unclear: true });
});

test.each([
  ["*", "a/b:c", true],
  ["qwen/*", "Qwen/Qwen3-8B", true],
  ["bge", "bge-m3", false],
  ["a.c", "abc", false],
  ["a+(b)[c]", "a+(b)[c]", true],
  ["gpt-?", "gpt-5", true],
  ["gpt-?", "gpt-", false],
])("%s fits %s: %s", (pattern, name, fits) => {
  expect(matchesName(pattern, name)).toBe(fits);
});

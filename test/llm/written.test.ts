import { expect, test } from "vitest";
import { Written } from "../../models/llm/written.ts";

test("an answer of usual length is kept whole", () => {
  const written = new Written();
  expect(written.isEmpty).toBe(true);
  for (const text of ["a", "b", "你好"]) written.add(text);
  expect({ text: written.text, times: written.times, isEmpty: written.isEmpty }).toEqual({
    text: "ab你好",
    times: 1,
    isEmpty: false,
  });
});

test("one without end is kept by its beginning, and counted by its length", () => {
  const written = new Written();
  for (let i = 0; i < 5_000; i += 1) written.add("x".repeat(1_000));
  expect(written.text.length).toBe(2_000_000);
  expect(written.times).toBe(2.5);
});

test("many pieces are kept in their order", () => {
  const written = new Written();
  const pieces = Array.from({ length: 1_000 }, (_, index) => `${index}你🙂 `);
  for (const piece of pieces) written.add(piece);
  expect(written.text).toBe(pieces.join(""));
});

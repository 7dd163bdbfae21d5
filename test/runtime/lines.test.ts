import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LineBuffer, lineText } from "../../src/runtime/lines.ts";

/** Lines without line ends, cut anywhere, characters included. */
const lines = fc.array(
  fc.string({ unit: "binary", minLength: 1 }).map((line) => line.replaceAll(/[\r\n]/g, "·")),
);

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

test.each(["\n", "\r\n", "\n\n"])("any cut gives the same lines, ended by %j", (ending) => {
  fc.assert(
    fc.property(lines, fc.array(fc.nat()), (expected, places) => {
      const bytes = Buffer.from(expected.map((line) => line + ending).join(""));
      const buffer = new LineBuffer();
      const read = cut(bytes, places).flatMap((piece) => buffer.push(piece).map(lineText));
      expect(read).toEqual(expected.map((line) => Buffer.from(line).toString()));
      expect(buffer.rest()).toEqual([]);
    }),
  );
});

test("hands over the unfinished line at the end", () => {
  const buffer = new LineBuffer();
  expect(buffer.push(Buffer.from("a\nb")).map(lineText)).toEqual(["a"]);
  expect(lineText(buffer.rest())).toBe("b");
});

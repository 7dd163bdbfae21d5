import * as fc from "fast-check";
import { expect, test } from "vitest";
import { jsonPieces, LongText } from "../../src/endpoint/json-bytes.ts";

const long = fc
  .tuple(fc.constantFrom("A", "ab+/=", 'a"', "a\\", "a\n", "é", "你", "\ud800", "\u007f"), fc.nat(3))
  .map(([piece, more]) => piece.repeat(65_536 + more));
const value = fc.oneof({ weight: 3, arbitrary: fc.jsonValue() }, long);

test("are those of the whole text, whatever is in it", () => {
  const body = fc.record({ before: value, list: fc.array(value, { maxLength: 3 }), after: value });
  fc.assert(
    fc.property(body, (one) => {
      expect(Buffer.from(JSON.stringify(one)).equals(Buffer.concat(jsonPieces(one)))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("are those of a text in which a long string stands twice, beside what has no JSON", () => {
  const image = `data:image/png;base64,${"A".repeat(100_000)}`;
  const body = { image, left: undefined, at: new Date(0), again: [image, "你好", image], size: 1 };
  expect(Buffer.concat(jsonPieces(body)).toString()).toBe(JSON.stringify(body));
});

const write = (image: unknown) => jsonPieces({ model: "m", parts: [{ image }, "你好", { image }] });

test("hold long texts as they are, without a copy", () => {
  const [first, second] = [Buffer.from("QUJD"), Buffer.from("REVG")];
  const pieces = write(new LongText([first, second]));
  expect(Buffer.concat(pieces).toString()).toBe(Buffer.concat(write("QUJDREVG")).toString());
  expect(pieces.filter((piece) => piece === first || piece === second)).toHaveLength(4);
});

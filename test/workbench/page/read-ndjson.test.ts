/** A stream of JSON lines, however it is cut. */
import { describe, expect, test } from "vitest";
import { readNdjson } from "../../../src/workbench/page/read-ndjson.ts";

async function whole(body: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const value of readNdjson(body)) read.push(value);
  return read;
}

describe("lines of JSON", () => {
  const text = '{"a":"é你🙂"}\n\n{"b":2}\n{"c":3}';

  test.each([1, 2, 3, 5, 100])("cut every %i bytes", async (size) => {
    const bytes = new TextEncoder().encode(text);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const read = await whole(ReadableStream.from(pieces));
    expect(read).toEqual([{ a: "é你🙂" }, { b: 2 }, { c: 3 }]);
  });

  test("a last line that is cut off is no end", async () => {
    const body = ReadableStream.from([new TextEncoder().encode('{"a":1}\n{"b"')]);
    await expect(whole(body)).rejects.toThrow(SyntaxError);
  });
});

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Base64 } from "../../src/dify/base64.ts";
import { parseLine } from "../../src/dify/parse-line.ts";

const KEY = '"base64_data":"';

const file = fc.string({
  size: "max",
  unit: fc.constantFrom("A", "B", "a", "b", "0", "1", "+", "/", "="),
  maxLength: 100,
});
const text = fc.oneof(
  file,
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom(KEY, "base64_data", '"', "\\", ":", "你", "AAAA", "\n"))
    .map((all) => all.join("")),
);
/** What no file is, with long parts that could be one. */
const mixed = fc.array(fc.oneof(text, file), { maxLength: 3 }).map((all) => all.join(""));
const part = fc.record(
  {
    data: text,
    base64_data: fc.oneof(file, mixed, fc.constantFrom(null, 7, [])),
    'x"base64_data': file,
    "\\base64_data": file,
  },
  { requiredKeys: [] },
);
const message = fc.record({
  content: fc.oneof(text, fc.array(part, { maxLength: 4 })),
  more: fc.jsonValue(),
});

/** Most pieces are short, so that many hold nothing but a part of a file. */
const line = fc
  .tuple(message, fc.array(fc.nat({ max: 40 }), { minLength: 1 }))
  .map(([value, sizes]) => ({ json: JSON.stringify(value), sizes }));

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = 1 + (sizes[turn % sizes.length] ?? 0);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** Under which names there are bytes. */
function namesOfBytes(value: unknown): string[] {
  return Object.entries(Object(value) as object).flatMap(([name, inner]) =>
    inner instanceof Base64 ? [name] : typeof inner === "object" ? namesOfBytes(inner) : [],
  );
}

/** The value's JSON, or that there is none. */
function read(parse: () => unknown): string {
  try {
    const value = parse();
    const misplaced = namesOfBytes(value).filter((name) => name !== "base64_data");
    return misplaced.length > 0 ? `bytes under ${misplaced.join()}` : JSON.stringify(value);
  } catch (error) {
    return `a ${(error as Error).name}`;
  }
}

test("a line says the same, wherever it is cut", () => {
  fc.assert(
    fc.property(line, ({ json, sizes }) => {
      expect(read(() => parseLine(cut(Buffer.from(json), sizes)))).toBe(read(() => JSON.parse(json)));
    }),
    { numRuns: 2_000 },
  );
});

test("a damaged line says the same as well", () => {
  fc.assert(
    fc.property(line, fc.nat(), ({ json, sizes }, at) => {
      const bytes = Buffer.from(json);
      const damaged = Buffer.concat([
        bytes.subarray(0, at % bytes.length),
        bytes.subarray((at % bytes.length) + 1),
      ]);
      expect(read(() => parseLine(cut(damaged, sizes)))).toBe(read(() => JSON.parse(damaged.toString())));
    }),
    { numRuns: 2_000 },
  );
});

test("a file of many reads stays bytes, and a small one becomes a string", () => {
  const [large, small] = ["QUJD".repeat(100_000), "QUJD"];
  const parts = [{ base64_data: large }, { base64_data: small }, { data: large }, { base64_data: large }];
  const bytes = Buffer.from(JSON.stringify({ parts, after: "你好" }));
  const pieces = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, at) =>
    bytes.subarray(at * 65_536, (at + 1) * 65_536),
  );
  const parsed = parseLine(pieces) as { parts: Record<string, unknown>[]; after: string };
  const kept = parsed.parts.map(({ base64_data, data }) => base64_data ?? data);
  expect(kept.map((one) => (one instanceof Base64 ? "bytes" : typeof one))).toEqual([
    "bytes",
    "string",
    "string",
    "bytes",
  ]);
  expect(kept.map(String)).toEqual([large, small, large, large]);
  expect(parsed.after).toBe("你好");
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createEventStream } from "../../src/endpoint/event-stream.ts";

interface Row {
  name: string;
  text: string;
  events: string[];
  /** The answer is one document. */
  document: boolean;
  done: boolean;
  errors: string[];
}

const rows = JSON.parse(readFileSync(join(import.meta.dirname, "streams.json"), "utf8")) as Row[];

function read(pieces: readonly Buffer[]): Omit<Row, "name" | "text"> {
  const seen = { events: [] as string[], document: false, done: false, errors: [] as string[] };
  const stream = createEventStream({
    onData: (data) => seen.events.push(data.trimEnd()),
    onError: (text) => seen.errors.push(text),
    onDocument: () => (seen.document = true),
    onDone: () => (seen.done = true),
  });
  for (const piece of pieces) stream.push(piece);
  stream.end();
  return seen;
}

describe.each(rows)("$name", ({ text, events, document, done, errors }) => {
  const bytes = Buffer.from(text);
  const expected = { events: events.map((event) => event.trimEnd()), document, done, errors };

  test("in one piece", () => {
    expect(read([bytes])).toEqual(expected);
  });

  test("byte by byte", () => {
    expect(read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
  });

  test("however it is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length })), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        expect(read(places.slice(1).map((end, i) => bytes.subarray(places[i], end)))).toEqual(expected);
      }),
    );
  });
});

test("any events survive any cut", () => {
  const json = fc.json({ maxDepth: 2 }).map((text) => text.replaceAll(/[\r\n]/g, " "));
  fc.assert(
    fc.property(
      fc.array(json, { minLength: 1 }),
      fc.array(fc.nat()),
      fc.constantFrom("\n", "\r\n", "\r"),
      (events, cuts, end) => {
        const bytes = Buffer.from(events.map((event) => `data: ${event}${end}${end}`).join(""));
        const places = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((place, i) => bytes.subarray(places[i], place));
        expect(read(pieces).events).toEqual(events.map((event) => event.trimEnd()));
      },
    ),
  );
});

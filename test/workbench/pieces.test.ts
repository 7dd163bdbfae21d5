/** What comes in pieces is read and scrubbed the same, wherever it is cut. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readSettings } from "../../provider/settings.ts";
import { Scrub } from "../../src/workbench/scrub.ts";
import { TapReader } from "../../src/workbench/tap-events.ts";

/** The same bytes, cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].toSorted(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

test("the tap's events", () => {
  const bodies = ["", "{}\n", "x".repeat(300), "\n\n", "你好"].map((text) => Buffer.from(text));
  const stream = Buffer.concat(
    bodies.flatMap((body, i) => [
      Buffer.from(`${JSON.stringify({ event: "chunk", exchange: i, at: i / 10, size: body.length })}\n`),
      body,
    ]),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
      const reader = new TapReader();
      const events = cut(stream, places).flatMap((piece) => reader.push(piece));
      expect(events.map((event) => event.bytes.toString())).toEqual(bodies.map(String));
      expect(events.map(({ at }) => at)).toEqual(bodies.map((_body, i) => i / 10));
    }),
  );
});

const KEY = "sk-0123456789abcdef";
const { settings } = readSettings({ endpoint_url: "https://host/v1", api_key: `${KEY}, sk-01234-other-key` });

test("secrets, of which no more than a mask shows is left", () => {
  const around = fc.array(
    fc.constantFrom(
      "你好",
      "sk-",
      "sk",
      "k-0",
      KEY.slice(0, 10),
      KEY,
      `${KEY}${KEY}`,
      "sk-01234-other-key",
      " ",
    ),
  );
  fc.assert(
    fc.property(around, fc.array(fc.nat(), { maxLength: 60 }), (words, places) => {
      const stream = new Scrub(settings).stream();
      const shown = cut(Buffer.from(words.join("")), places).map((piece) =>
        stream.push(piece).toString("latin1"),
      );
      expect(shown.join("")).not.toContain(KEY);
      expect(shown.join("").replaceAll("*", "")).not.toContain(KEY.slice(4));
      expect(shown.join("")).not.toContain("other-key");
    }),
  );
});

test("what holds no secret stays as it is", () => {
  const text = 'data: {"content":"你好, the sky is s"}\n\n';
  fc.assert(
    fc.property(fc.array(fc.nat(), { maxLength: 40 }), (places) => {
      const stream = new Scrub(settings).stream();
      const shown = cut(Buffer.from(text), places).map((piece) => stream.push(piece));
      expect(Buffer.concat(shown).toString()).toBe(text);
    }),
  );
});

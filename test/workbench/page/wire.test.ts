/** What the wire computes: numbers, the time-line, payloads, and what is kept of a long call. */
import { describe, expect, test } from "vitest";
import type { CallEvent } from "../../../src/workbench/contract.ts";
import { formatBytes, formatCount, formatDuration } from "../../../src/workbench/page/format-number.ts";
import { emptyLog, extendLog, type Mark } from "../../../src/workbench/page/state/call-log.ts";
import { layoutTimeLine } from "../../../src/workbench/page/wire/layout-time-line.ts";
import { requestOfLine } from "../../../src/workbench/page/wire/replay.ts";
import { prettyText, showPayload } from "../../../src/workbench/page/wire/show-payload.ts";

test.each([
  [12, "12 µs"],
  [1_234, "1.23 ms"],
  [45_600, "45.6 ms"],
  [345_600, "346 ms"],
  [1_234_567, "1.23 s"],
])("%i µs is %s", (microseconds, told) => {
  expect(formatDuration(microseconds)).toBe(told);
});

test("bytes and counts", () => {
  expect([999, 1_500, 2_500_000].map(formatBytes)).toEqual(["999 B", "1.5 kB", "2.5 MB"]);
  expect([999, 12_345, 1_234_567].map(formatCount)).toEqual(["999", "12\u202F345", "1\u202F234\u202F567"]);
});

function mark(n: number, at: number, lane: Mark["lane"], kind: Mark["kind"]): Mark {
  return { n, at, lane, kind, isProblem: false, ...(lane === "http" && { exchange: 0 }) };
}

describe("the time-line", () => {
  const marks = [
    mark(0, 0, "in", "dify-in"),
    mark(1, 10_000, "http", "http-request"),
    mark(2, 500_000, "http", "http-response"),
    ...Array.from({ length: 1_000 }, (_, i) => mark(3 + i, 500_000 + i * 100, "http", "http-chunk")),
    mark(1_003, 990_000, "http", "http-end"),
    mark(1_004, 1_000_000, "out", "dify-out"),
  ];

  test("a lane has one mark a column, however many events there are", () => {
    const { ticks } = layoutTimeLine(marks, 1_000_000, 101);
    const places = ticks.map(({ lane, column }) => `${lane} ${column}`);
    expect(new Set(places).size).toBe(places.length);
    expect(ticks.reduce((sum, { count }) => sum + count, 0)).toBe(marks.length);
    expect(ticks.at(-1)).toMatchObject({ lane: "out", column: 100, n: 1_004 });
  });

  test("exchanges, silences and a round scale", () => {
    const { spans, gaps, axis } = layoutTimeLine(marks, 1_000_000, 101);
    expect(spans).toEqual([{ exchange: 0, from: 1, to: 99 }]);
    expect(gaps).toMatchObject([
      { from: 1, to: 50, microseconds: 490_000 },
      { from: 60, to: 99 },
    ]);
    expect(axis.map(({ at }) => at)).toEqual([0, 200_000, 400_000, 600_000, 800_000, 1_000_000]);
  });
});

test("of a long call the marks stay, and the last events", () => {
  const lines = Array.from({ length: 10 }, (_, n): CallEvent => ({ event: "log", n, at: n, text: "" }));
  const log = extendLog(extendLog(emptyLog("a"), lines.slice(0, 6), 4), lines.slice(6), 4);
  expect(log.dropped).toBe(6);
  expect(log.events.map(({ n }) => n)).toEqual([6, 7, 8, 9]);
  expect(log.marks).toHaveLength(10);
});

describe("payloads", () => {
  test("JSON and the events of a stream are indented, anything else stays", () => {
    expect(prettyText('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(prettyText('data: {"a":1}\n\ndata: [DONE]\n')).toBe('data: {\n  "a": 1\n}\n\ndata: [DONE]\n');
    expect(prettyText("no {JSON}")).toBe("no {JSON}");
  });

  test("what is cut says so, and is not taken for JSON", () => {
    expect(showPayload({ bytes: 99, text: '{"a":"', tail: '"}' }, "pretty", "…")).toBe('{"a":"\n…\n"}');
  });

  test("bytes are shown in hex and letters", () => {
    expect(showPayload({ bytes: 5, hex: "5249464600" }, "raw", "…")).toMatch(
      /^0000 {2}52 49 46 46 00 +RIFF·$/,
    );
  });
});

test("a line of Dify's is read back as a request", () => {
  const line = JSON.stringify({
    session_id: "s",
    data: { action: "invoke_speech2text", model: "m", credentials: { api_key: "***" }, file: "00ff" },
  });
  expect(requestOfLine("speech2text", line, { endpoint_url: "u" })).toEqual({
    type: "speech2text",
    model: "m",
    values: { endpoint_url: "u" },
    base64_data: "AP8=",
  });
  expect(requestOfLine("llm", "no JSON", {})).toBeUndefined();
});

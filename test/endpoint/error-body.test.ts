import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { clip, failureKind, isFailure, isHtml, readServerWords } from "../../src/endpoint/error-body.ts";

interface Case {
  /** Of the table of error bodies; else the section about the server, or how the body is known. */
  readonly row: number | string;
  readonly server: string;
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly kind: string;
  readonly words: string;
  readonly param?: string;
  readonly replacement?: string;
  readonly limit?: number;
  readonly permanent?: true;
  /** The words say nothing known: the kind is that of the status. Else it holds under any status. */
  readonly byStatus?: true;
  /** The body shows that it is a failure, whatever its status. */
  readonly hidden?: true;
}

/** CPU time, in microseconds, that a collection of garbage or a compilation may add to anything. */
const NOISE_US = 20_000;

const file = join(import.meta.dirname, "error-bodies.json");
const cases = (JSON.parse(await readFile(file, "utf8")) as Case[]).map(
  (one) =>
    [
      `${one.row} ${one.server}: ${one.status} ${one.body.slice(0, 60).replaceAll(/\s+/g, " ")}`,
      one,
    ] as const,
);

describe("bodies", () => {
  test.each(cases)("%s", (_name, { status, body, contentType, kind, words, ...expected }) => {
    const { text, labels, param, replacement, limit, permanent } = readServerWords(body);
    expect({ kind: failureKind(status, { text, labels }), param, replacement, limit, permanent }).toEqual({
      kind,
      param: expected.param,
      replacement: expected.replacement,
      limit: expected.limit,
      permanent: expected.permanent,
    });
    const names = labels.filter((label) => !/^\d+$/.test(label));
    if (!expected.byStatus) expect(failureKind(599, { text, labels: names })).toBe(kind);
    expect(text).toContain(words);
    expect(text === "").toBe(words === "");
    expect(isHtml(body)).toBe(contentType === "text/html");
    if (expected.hidden) expect(isFailure(JSON.parse(body))).toBe(true);
  });

  it("cover the table", () => {
    const rows = new Set(cases.map(([, { row }]) => row));
    expect(Array.from({ length: 72 }, (_, index) => index + 1).filter((row) => !rows.has(row))).toEqual([]);
  });
});

describe("a good answer", () => {
  it.each([
    { error: null, choices: [{ message: { content: "Hi" } }] },
    { error: "", choices: [] },
    { error: {}, data: [] },
    { code: 0, message: "success", data: [{ embedding: [1] }] },
    { code: 200, msg: "ok", results: [] },
    { choices: [{ message: { message: "no", error: "none", code: 400 } }], code: "x" },
    { choices: [{ delta: { tool_calls: [{ function: { arguments: '{"error":"x","code":1}' } }] } }] },
    { choices: [], usage: { total_tokens: 1 } },
    { choices: [], base_resp: { status_code: 0, status_msg: "" } },
    { choices: [{ error: null, finish_reason: null }] },
    { text: "", message: "spoken", type: "transcription" },
    { text: "error" },
    { data: [], object: "list" },
    { object: "list", results: [{ index: 0, relevance_score: 0.5 }] },
    { type: "speech.audio.delta", audio: "" },
    { type: "message_start", message: { role: "assistant" } },
    { voices: ["alloy"] },
    { type: "response.created", response: { object: "response", status: "in_progress", error: null } },
    { object: "response", status: "completed", error: null, output: [], metadata: {} },
    {
      object: "response",
      status: "incomplete",
      incomplete_details: { reason: "content_filter" },
      output: [],
    },
    { code: 0, message: "ok" },
    {},
    [],
    [{ index: 0, score: 0.5, document: "error", message: "x", code: "y" }],
    [[0.1]],
    "error",
    null,
    0,
  ])("is no failure: %j", (answer) => {
    expect(isFailure(answer)).toBe(false);
  });
});

describe("a hidden failure", () => {
  it.each([
    { error: true, message: "no" },
    { error: { code: 1 }, choices: [] },
    { code: "InternalError", message: "no", data: null },
    { base_resp: { status_code: 1008, status_msg: "insufficient balance" }, choices: null },
    { success: false, errors: [{ code: 7003, message: "no" }], result: null },
  ])("is found: %j", (answer) => {
    expect(isFailure(answer)).toBe(true);
  });
});

describe("any body", () => {
  const status = fc.integer({ min: 100, max: 599 });
  const body = fc.oneof(
    fc.string({ unit: "binary", maxLength: 2_000 }),
    fc.json(),
    fc.json().map((value) => `{"error":{"message":${value},"code":${value},"param":${value}}}`),
    fc.json().map((value) => `{"detail":[{"loc":${value},"msg":${value}}],"toString":${value}}`),
    fc.constantFrom(...cases.map(([, one]) => one.body)).map((text) => text.slice(0, -1)),
  );

  it("is read without an exception into one short line", () => {
    fc.assert(
      fc.property(body, status, (text, code) => {
        const words = readServerWords(text);
        expect(failureKind(code, words)).toEqual(expect.any(String));
        expect(words.text.length).toBeLessThanOrEqual(301);
        expect(words.text).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(words.text.isWellFormed()).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is a failure or none, whatever its value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(isFailure(value)).toEqual(expect.any(Boolean));
      }),
    );
  });

  const LONG: readonly [string, (count: number) => string][] = [
    ["deep arrays", (count) => "[".repeat(count) + "]".repeat(count)],
    ["deep objects", (count) => '{"error":'.repeat(count / 2) + "1" + "}".repeat(count / 2)],
    ["open tags", (count) => "<html>" + "<script".repeat(count)],
    ["open comments", (count) => "<!--".repeat(count)],
    ["many words", (count) => JSON.stringify({ error: "model exceeds 'a ".repeat(count) })],
    ["many identifiers", (count) => JSON.stringify({ error: "a_".repeat(count) })],
    ["many lines", (count) => "data:{\n".repeat(count)],
    ["spaces", (count) => " ".repeat(10 * count)],
  ];

  it.each(LONG)("takes time in proportion to its length: %s", (_name, text) => {
    const [some = 0, more = 0] = [25_000, 100_000].map((count) => {
      const long = text(count);
      const before = process.cpuUsage().user;
      failureKind(400, readServerWords(long));
      return process.cpuUsage().user - before;
    });
    // Four times as much: sixteen times as long is what would let a server stop the plugin.
    expect(more).toBeLessThan(8 * Math.max(some, NOISE_US));
  });
});

describe("words", () => {
  it("end between words, so that no key is cut in half", () => {
    expect(clip(`${"word ".repeat(55)}sk-${"a".repeat(60)}`)).toBe(`${"word ".repeat(55).trim()}…`);
  });

  it("end anywhere where there are no words", () => {
    expect(clip("长".repeat(400))).toBe(`${"长".repeat(300)}…`);
    expect(clip(`a${"😀".repeat(400)}`)).toBe(`a${"😀".repeat(149)}…`);
  });

  it("have a meaning past the cut", () => {
    const words = readServerWords(JSON.stringify({ error: `${"Sorry. ".repeat(100)}Model x not found` }));
    expect(failureKind(500, words)).toBe("model-unknown");
  });
});

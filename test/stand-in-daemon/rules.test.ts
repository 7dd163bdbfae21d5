/**
 * Every rule, over rows of what a plugin wrote. `bad-lines.json` has one broken rule a row, and nothing else
 * may be wrong with it; `good-lines.json` has conversations that must pass.
 *
 * A line is raw text with `{session}` for the request's id and `{5 MB}` for that many letters, or short
 * for a session message: `{"stream": ...}`, `{"error": ...}`, `{"end": ...}`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LineChecker } from "./check-line.ts";
import { requestLine } from "./request-line.ts";

interface Row {
  name: string;
  /** The request's data, as far as rules look at it. */
  request?: Record<string, unknown>;
  lines: (string | Record<string, unknown>)[];
  /** What the plugin wrote to stderr. */
  log?: string[];
  /** When each line came, in seconds. A row without gets its first heartbeat for free. */
  at?: number[];
  /** The plugin ended afterwards. */
  exit?: true;
}

interface BadRow extends Row {
  /** A number of section 12, or the section of the rule. */
  trap: number | string;
  complaint: string;
}

const SESSION = "0b8f2a1e-6d0e-4c63-8c0c-7f7f5c1f2f11";
const HEARTBEAT = '{"event":"heartbeat","session_id":null,"data":{}}';

const good = readRows("good-lines.json") as Row[];
const bad = readRows("bad-lines.json") as BadRow[];

describe("a good conversation", () => {
  test.each(good)("$name", (row) => {
    expect(complaintsOf(row)).toEqual([]);
  });

  test("is there for each of the 16 actions", () => {
    const answered = good.filter(({ lines: [first] }) => typeof first === "object" && "stream" in first);
    expect(new Set(answered.map(({ request }) => request?.["action"])).size).toBe(16);
  });
});

describe("a broken rule", () => {
  test.each(bad)("$trap: $name", (row) => {
    const rule = typeof row.trap === "number" ? `trap ${row.trap}: ` : `section ${row.trap}: `;
    const complaints = complaintsOf(row);
    expect(complaints).toEqual([expect.stringContaining(row.complaint)]);
    expect(complaints[0]?.slice(0, rule.length)).toBe(rule);
  });
});

function complaintsOf({ request, lines, log = [], at, exit }: Row): string[] {
  let now = 0;
  const checker = new LineChecker(() => now);
  if (!at) checker.wrote(HEARTBEAT);
  if (request) checker.sent(requestLine(SESSION, request));
  for (const [position, line] of lines.entries()) {
    now = (at?.[position] ?? 0) * 1000;
    checker.wrote(lineOf(line));
  }
  for (const line of log) checker.logged(lineOf(line));
  if (exit) checker.ended();
  return checker.complaints;
}

function lineOf(line: Row["lines"][number]): string {
  if (typeof line === "string") {
    return line.replace("{session}", SESSION).replace("{5 MB}", () => "x".repeat(5_242_880));
  }
  const [[type, data] = []] = Object.entries(line);
  return JSON.stringify({ event: "session", session_id: SESSION, data: { type, data } });
}

function readRows(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8"));
}

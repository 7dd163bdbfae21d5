/** Two servers side by side: verdicts, and the numbers that differ. */
import type { ServerReport, StageResult } from "../../check/report.ts";

/** Evidence that is worth a comparison, with how it is called. */
const NUMBERS: Readonly<Record<string, string>> = {
  firstToken: "first token, ms",
  tokensPerSecond: "tokens a second",
  promptTokens: "prompt tokens",
  completionTokens: "tokens written",
  dimensions: "dimensions",
  firstPiece: "first sound, ms",
};

/** Lines of a table. */
export function comparison([left, right]: readonly ServerReport[]): string[] {
  if (!left || !right) return [];
  const rows = [...new Set([...left.stages, ...right.stages].map(keyOf))].flatMap((key) => {
    const [type = "", stage = ""] = key.split(" ");
    const one = left.stages.find((result) => keyOf(result) === key);
    const other = right.stages.find((result) => keyOf(result) === key);
    const name = type === "server" ? stage : `${type} ${stage}`;
    return [[name, told(one), told(other)], ...numbers(one, other)];
  });
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  const line = ([name = "", one = "", other = ""]: readonly string[]): string =>
    `  ${name.padEnd(widths[0] ?? 0)}  ${one.padEnd(widths[1] ?? 0)}  ${other}`;
  return ["", `Compared: ${left.url} with ${right.url}`, ...rows.map(line)];
}

/** Models may be called differently; types are the same. */
function keyOf({ type, stage }: StageResult): string {
  return `${type ?? "server"} ${stage}`;
}

function told(result: StageResult | undefined): string {
  if (!result) return "-";
  return result.verdict === "skip" ? "skip" : `${result.verdict}, ${result.milliseconds} ms`;
}

function numbers(one: StageResult | undefined, other: StageResult | undefined): string[][] {
  return Object.entries(NUMBERS).flatMap(([name, label]) => {
    const [left, right] = [one?.evidence[name], other?.evidence[name]];
    return left === undefined && right === undefined ? [] : [[`    ${label}`, shown(left), shown(right)]];
  });
}

function shown(value: string | number | boolean | undefined): string {
  return typeof value === "number" ? String(Number(value.toFixed(1))) : String(value ?? "-");
}

/** A report as JUnit's XML: a test suite a server, a test case a stage. */
import { hasFailed, type Report, type ServerReport, type StageResult } from "../../check/report.ts";

export function junit({ servers }: Report): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${servers.map(suite).join("")}</testsuites>\n`;
}

function suite({ url, stages, milliseconds }: ServerReport): string {
  const failures = stages.filter(hasFailed).length;
  const skipped = stages.filter(({ verdict }) => verdict === "skip").length;
  const counts = `tests="${stages.length}" failures="${failures}" skipped="${skipped}"`;
  const cases = stages.map((result) => testCase(result)).join("");
  return `  <testsuite name="${escape(url)}" ${counts} time="${milliseconds / 1000}">\n${cases}  </testsuite>\n`;
}

function testCase(result: StageResult): string {
  const { stage, type = "server", model, verdict, summary, milliseconds, problems } = result;
  const about = `classname="${escape([type, model].filter(Boolean).join("."))}" name="${escape(stage)}"`;
  const told = problems.map(({ cause, hint, label, shown, limitation, curl }) => {
    const form =
      label === undefined ? undefined : `Form: ${label}${shown === undefined ? "" : ` = ${shown}`}`;
    return [cause, hint, form, limitation, curl].filter((line) => line !== undefined).join("\n");
  });
  const inside = hasFailed(result)
    ? `<failure type="${verdict}" message="${escape(summary)}">${escape(told.join("\n\n"))}</failure>`
    : verdict === "skip"
      ? `<skipped message="${escape(summary)}"/>`
      : `<system-out>${escape([`${verdict}: ${summary}`, ...told].join("\n"))}</system-out>`;
  return `    <testcase ${about} time="${milliseconds / 1000}">${inside}</testcase>\n`;
}

function escape(text: string): string {
  return (
    text
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      // Nothing else is allowed below a blank.
      .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "?")
  );
}

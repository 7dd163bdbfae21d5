/** `npm run check -- URL`: tries a server as Dify will use it, and says what to fill in. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { check, shownUrl, type CheckOptions } from "../check/check.ts";
import { costOf } from "../check/cost.ts";
import type { ProbedProvider } from "../check/probe.ts";
import { recordCases, type RecordedCase } from "../check/record.ts";
import type { Overall, Report, ServerReport } from "../check/report.ts";
import { STAGE_IDS } from "../check/stages.ts";
import { UsageError } from "../import/usage-error.ts";
import { createPlugin } from "../plugin.ts";
import { comparison } from "./check/compare.ts";
import { junit } from "./check/junit.ts";
import { markdown } from "./check/markdown.ts";
import { readCommand, USAGE, type Command } from "./check/options.ts";
import { selfTest } from "./check/self-test.ts";
import { conclusion, Terminal } from "./check/terminal.ts";
import { endWithReader } from "./end-with-reader.ts";
import { WRONG_USAGE } from "./wrong-usage.ts";

const EXIT: Readonly<Record<Overall, number>> = {
  ready: 0,
  "ready with limitations": 0,
  "not ready": 2,
  "no connection": 3,
};

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function main(args: readonly string[]): Promise<number> {
  const command = await readCommand(args, process.env);
  switch (command.kind) {
    case "help":
      process.stdout.write(USAGE);
      return 0;
    case "version":
      print(packageJson.version);
      return 0;
    case "self-test":
      return testItself(plugin());
    case "check":
      return runChecks(command);
  }
}

/** Tokens are only estimated where the tokenizer is not beside the command; nothing here hangs on them. */
function plugin(): ProbedProvider {
  return createPlugin(import.meta.dirname, () => undefined);
}

async function runChecks(command: Command): Promise<number> {
  const { servers, json, verbose, strict, total } = command;
  const isOut = [command.markdown, command.junit].includes("-");
  const stream = json || isOut ? process.stderr : process.stdout;
  const terminal = new Terminal({ stream, env: process.env, verbose });
  const quiet = (json || isOut) && !stream.isTTY;
  const say = (line: string): void => {
    if (!quiet) terminal.print(line);
  };
  const records = new Map<string, RecordedCase[]>();
  const provider = plugin();
  const signal = AbortSignal.timeout(total);
  const started = new Date();
  const reports: ServerReport[] = [];
  for (const options of servers) {
    if (servers.length > 1) say(`${reports.length > 0 ? "\n" : ""}${shownUrl(options)}`);
    for (const line of announcement(options, total)) say(line);
    terminal.beginServer();
    // One after the other, or they would slow each other down.
    // oxlint-disable-next-line no-await-in-loop
    const report = await check(
      provider,
      options,
      {
        begin: (stage, subject) => {
          if (!quiet) terminal.begin(stage, subject);
        },
        end: (result, wire) => {
          if (!quiet) terminal.end(result);
          if (command.record === undefined || result.type === undefined) return;
          const known = records.get(result.type) ?? [];
          records.set(result.type, [...known, ...recordCases(result, wire, options.form)]);
        },
      },
      signal,
    );
    reports.push(report);
  }
  const { name, version } = packageJson;
  const report: Report = {
    version: 1,
    tool: { name, version },
    started: started.toISOString(),
    servers: reports,
  };
  for (const line of [...conclusion(report), ...comparison(reports)]) say(line);
  if (json) print(JSON.stringify(report, null, 2));
  await write(command.junit, () => junit(report));
  await write(command.markdown, () => markdown(report));
  if (command.record !== undefined) await writeRecords(command.record, records);
  return Math.max(
    ...reports.map(({ verdict }) => (strict && verdict === "ready with limitations" ? 1 : EXIT[verdict])),
  );
}

function announcement(options: CheckOptions, total: number): string[] {
  const { requests, written, read } = costOf(options);
  const [sent, w, r, all] = [requests, written, read, total / 1000].map((n) => n.toLocaleString("en"));
  return [
    `At most ${sent} ${requests === 1 ? "request" : "requests"}, about ${w} tokens written and ${r} read by models; what is refused or wrong is asked again in another way, and adds to that.`,
    `No longer than ${options.stageTimeout / 1000} s for each thing asked, ${all} s for all.`,
  ];
}

async function write(file: string | undefined, text: () => string): Promise<void> {
  if (file === undefined) return;
  if (file === "-") process.stdout.write(text());
  else await writeFile(file, text());
}

async function writeRecords(folder: string, records: ReadonlyMap<string, RecordedCase[]>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [type, cases] of records) {
    // oxlint-disable-next-line no-await-in-loop
    if (cases.length > 0)
      await writeFile(join(folder, `${type}.json`), `${JSON.stringify(cases, null, 2)}\n`);
  }
}

async function testItself(provider: ProbedProvider): Promise<number> {
  const { ok, failing } = await selfTest(provider, ({ name, expected, found, ok: good }) => {
    print(`${good ? "ok  " : "FAIL"}  ${name.padEnd(76)} ${found}${good ? "" : `, not ${expected}`}`);
  });
  print(`\n${failing.length} of ${STAGE_IDS.length} stages were seen failing: ${failing.join(", ")}.`);
  print(ok ? "Every stage can fail, and every fault is found." : "The check is not to be trusted.");
  return ok ? 0 : 2;
}

endWithReader();
process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}`);
  else
    process.stderr.write(`${error instanceof Error && !("code" in error) ? error.stack : String(error)}\n`);
  return error instanceof UsageError ? WRONG_USAGE : 70;
});

/** Runs the check command as a person does: in a process of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Report, StageResult } from "../../src/check/report.ts";

export const ROOT = join(import.meta.dirname, "../..");

export interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  input?: string;
  /** Another command. */
  command?: "explain";
  /** Runs it with a terminal. */
  terminal?: boolean;
}

/** Prints into a pseudo-terminal what the command prints. */
const PTY = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";

export function runCheck(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const command = [process.execPath, join(ROOT, `src/cli/${options.command ?? "check"}.ts`), ...args];
  const [file = "", ...rest] = options.terminal ? ["python3", "-c", PTY, ...command] : command;
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(file, rest, { cwd: ROOT, env: { PATH, HOME, ...options.env } });
  const ran: Ran = { code: null, stdout: "", stderr: "" };
  child.stdout.on("data", (bytes: Buffer) => (ran.stdout += bytes.toString("utf8")));
  child.stderr.on("data", (bytes: Buffer) => (ran.stderr += bytes.toString("utf8")));
  child.stdin.end(options.input ?? "");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...ran, code }));
  });
}

/** The report, and the exit code. */
export async function checkJson(args: readonly string[], options: RunOptions = {}) {
  const ran = await runCheck([...args, "--json"], options);
  return { ...ran, report: JSON.parse(ran.stdout) as Report };
}

export function stageOf({ servers }: Report, stage: string): StageResult | undefined {
  return servers[0]?.stages.find((result) => result.stage === stage);
}

/** Runs the workbench as a person does: in a process of its own. */
import { spawn } from "node:child_process";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export interface RunningWorkbench {
  /** The address it prints; undefined when it ended before. */
  readonly address: Promise<string | undefined>;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  interrupt(): void;
}

/** @param command what comes before the options; the repository's own when absent */
export function runWorkbench(
  args: readonly string[],
  env: Record<string, string> = {},
  command: readonly string[] = [join(ROOT, "src/cli/workbench.ts")],
): RunningWorkbench {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [...command, "--no-open", ...args], { env: { PATH, HOME, ...env } });
  let [stdout, stderr] = ["", ""];
  const address = new Promise<string | undefined>((resolve) => {
    child.stdout.on("data", (bytes: Buffer) => {
      stdout += bytes.toString("utf8");
      const found = /^workbench +(http\S+)$/m.exec(stdout);
      if (found) resolve(found[1]);
    });
    child.once("close", () => resolve(undefined));
  });
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString("utf8")));
  return {
    address,
    ended: new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    }),
    interrupt: () => void child.kill("SIGINT"),
  };
}

/** Times functions that run in this process. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { TokenCounter } from "../src/tokens/token-counter.ts";
import { FUNCTIONS, type HotFunction } from "./functions.ts";

const WARM_MS = 200;
const TIMED_MS = 500;

/** Microseconds for one unit. */
export function timeFunctions(): Map<string, number> {
  return new Map(FUNCTIONS.map((one) => [`${one.name}, µs per ${one.unit}`, time(one)]));
}

function time({ units, run }: HotFunction): number {
  repeat(run, WARM_MS);
  const { runs, milliseconds } = repeat(run, TIMED_MS);
  return (milliseconds * 1_000) / (runs * units);
}

function repeat(run: () => unknown, least: number): { runs: number; milliseconds: number } {
  const started = performance.now();
  for (let runs = 1; ; runs += 1) {
    run();
    const milliseconds = performance.now() - started;
    if (milliseconds >= least) return { runs, milliseconds };
  }
}

const root = join(import.meta.dirname, "..");
const TEXT_BYTES = 1_024;
const PROSE: Readonly<Record<string, string>> = {
  English: "README.md",
  Chinese: "readme/README_zh_Hans.md",
};

/** A hundred pieces of a text, no two alike: a tokenizer knows again what it has seen. */
function texts(prose: Buffer, call: number): string[] {
  const last = prose.length - TEXT_BYTES;
  return Array.from({ length: 100 }, (_, index) => {
    const start = ((index * 10 + call) * 7_919) % last;
    return prose.toString("utf8", start, start + TEXT_BYTES);
  });
}

/**
 * Counts 1,000 texts of 1 KB, ten calls at once.
 *
 * @param workerFile the packed thread
 * @returns how long that took, and for how long nothing else could run
 */
export async function timeTokens(workerFile: string): Promise<Map<string, number>> {
  const tokens = new TokenCounter(workerFile, (message) => process.stderr.write(`${message}\n`));
  await tokens.count(["load the tables"]);
  const times = new Map<string, number>();
  for (const [language, file] of Object.entries(PROSE)) {
    const stalls = monitorEventLoopDelay({ resolution: 1 });
    const prose = readFileSync(join(root, file));
    const calls = Array.from({ length: 10 }, (_, call) => texts(prose, call));
    stalls.enable();
    const started = performance.now();
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(calls.map((call) => tokens.count(call)));
    times.set(`tokens of 1,000 texts of 1 KB, ${language}, ms`, performance.now() - started);
    stalls.disable();
    times.set(`longest stall meanwhile, ${language}, ms`, stalls.max / 1e6);
  }
  return times;
}

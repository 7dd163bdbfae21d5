/** Times functions that run in this process. */
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

const TEXTS: Readonly<Record<string, string>> = {
  English: "The quick brown fox jumps over the lazy dog. ".repeat(23).slice(0, 1_024),
  Chinese: "敏捷的棕色狐狸跳过了懒狗。".repeat(30).slice(0, 341),
};

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
  for (const [language, text] of Object.entries(TEXTS)) {
    const stalls = monitorEventLoopDelay({ resolution: 1 });
    const texts = Array.from({ length: 100 }, (_, index) => `${index} ${text}`);
    stalls.enable();
    const started = performance.now();
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all(Array.from({ length: 10 }, () => tokens.count(texts)));
    times.set(`tokens of 1,000 texts of 1 KB, ${language}, ms`, performance.now() - started);
    stalls.disable();
    times.set(`longest stall meanwhile, ${language}, ms`, stalls.max / 1e6);
  }
  return times;
}

/**
 * `npm run bench`: the packaged plugin beside a minimal relay, in turns, so that a busy machine is busy for
 * both. Prints medians and ratios, which travel between machines, and writes `dist/bench.json`.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { launchPackage } from "../src/host/launch.ts";
import { PluginProcess } from "../src/host/plugin-process.ts";
import { extract } from "../src/package/extract.ts";
import { pack } from "../src/package/pack.ts";
import { memoryMegabytes, spentMilliseconds } from "./process-costs.ts";
import { SCENARIOS } from "./scenarios.ts";
import { timeFunctions, timeTokens } from "./time-functions.ts";

const ROUNDS = 3;
const root = join(import.meta.dirname, "..");

interface Side {
  name: "plugin" | "relay";
  start(): PluginProcess;
}

/** Metric → side → what each round measured. */
const measured = new Map<string, Record<Side["name"], number[]>>();

function record(metric: string, { name }: Side, value: number): void {
  const values = measured.get(metric) ?? { plugin: [], relay: [] };
  values[name].push(value);
  measured.set(metric, values);
}

async function measure(side: Side, origin: string): Promise<void> {
  const begun = performance.now();
  const plugin = side.start();
  await plugin.ready;
  record("start to first heartbeat, ms", side, performance.now() - begun);
  const pid = plugin.pid ?? 0;
  const subject = { origin, call: (data: object) => plugin.call(data) };
  for (const { name, unit, run } of SCENARIOS) {
    /* oxlint-disable no-await-in-loop */
    // Once before it counts: code that runs often is compiled.
    await run(subject);
    const [spent, started] = [spentMilliseconds(pid), performance.now()];
    const units = await run(subject);
    record(`${name}: CPU per ${unit}, µs`, side, ((spentMilliseconds(pid) - spent) / units) * 1_000);
    record(`${name}: time per ${unit}, µs`, side, ((performance.now() - started) / units) * 1_000);
    /* oxlint-enable no-await-in-loop */
  }
  record("memory after all of this, MB", side, memoryMegabytes(pid));
  plugin.endInput();
  await plugin.exited;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const folder = await mkdtemp(join(tmpdir(), "dify-bench-"));
await extract(await readFile((await pack(root)).file), folder);
const upstream = spawn(process.execPath, [join(import.meta.dirname, "upstream.ts")]);
const [address] = (await once(upstream.stdout, "data")) as [Buffer];
const sides: Side[] = [
  { name: "plugin", start: () => launchPackage(folder, { node: process.execPath }) },
  {
    name: "relay",
    start: () =>
      new PluginProcess({
        command: process.execPath,
        args: [join(import.meta.dirname, "relay.ts")],
        cwd: root,
        env: process.env,
      }),
  },
];
for (let round = 0; round < ROUNDS; round += 1) {
  // The first one changes: whoever runs second finds a warmer machine.
  for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
    // oxlint-disable-next-line no-await-in-loop
    await measure(side, address.toString().trim());
  }
}
upstream.stdin.end();
const alone = new Map([...timeFunctions(), ...(await timeTokens(join(folder, "dist/token-worker.cjs")))]);
await rm(folder, { recursive: true });

process.stdout.write(`${"".padEnd(66)}plugin     relay     ratio\n`);
for (const [metric, { plugin, relay }] of measured) {
  const [ours, theirs] = [median(plugin), median(relay)];
  const cells = [ours.toFixed(1), theirs.toFixed(1), (ours / theirs).toFixed(2)];
  process.stdout.write(`${metric.padEnd(62)}${cells.map((cell) => cell.padStart(10)).join("")}\n`);
}
for (const [metric, value] of alone) {
  process.stdout.write(`${metric.padEnd(62)}${value.toFixed(2).padStart(10)}\n`);
}
await mkdir(join(root, "dist"), { recursive: true });
const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
await writeFile(
  join(root, "dist/bench.json"),
  JSON.stringify(
    { date: new Date(), machine, measured: Object.fromEntries(measured), alone: Object.fromEntries(alone) },
    null,
    2,
  ),
);

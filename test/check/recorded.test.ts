/** What a check records of a server runs as cases of the plugin's tests. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { startDemoEndpoint } from "../../src/demo/server.ts";
import { runCase, type Case } from "../plugin/run-case.ts";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { Upstream } from "../upstream/upstream.ts";
import { runCheck } from "./run-check.ts";

let daemon: StandInDaemon;
let upstream: Upstream;
let folder: string;

beforeAll(async () => {
  upstream = await Upstream.start();
  daemon = await StandInDaemon.launch(inject("packageFolder"));
  folder = await mkdtemp(join(tmpdir(), "check-recorded-"));
  const demo = await startDemoEndpoint({ faults: ["no images"] });
  await runCheck([demo.url, "--record", folder]);
  await demo.close();
});
afterAll(async () => {
  await daemon.close();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

test.each([
  ["llm", 12],
  ["text-embedding", 4],
  ["rerank", 2],
  ["speech2text", 2],
  ["tts", 2],
  ["moderation", 1],
])("%s", async (type, count) => {
  const cases = JSON.parse(await readFile(join(folder, `${type}.json`), "utf8")) as Case[];
  expect(cases.length).toBeGreaterThanOrEqual(count);
  for (const row of cases) {
    // They share the daemon and the server.
    // oxlint-disable-next-line no-await-in-loop
    await runCase(row, type, { daemon, upstream });
  }
});

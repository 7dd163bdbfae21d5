/** The command as npx gets it. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startDemoEndpoint } from "../../src/demo/server.ts";
import type { Bootstrap } from "../../src/workbench/contract.ts";
import { runWorkbench } from "../workbench/run-workbench.ts";
import { ROOT } from "./run-check.ts";

const run = promisify(execFile);
let folder: string;
let command: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-published-"));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: ROOT });
  const { stdout } = await run("tar", ["-xzvf", join(folder, await tarball()), "-C", folder]);
  expect(stdout).toContain("package/src/check/report.schema.json");
  const packageJson = await readFile(join(folder, "package/package.json"), "utf8");
  const { bin } = JSON.parse(packageJson) as { bin: Record<string, string> };
  command = join(folder, "package", bin["dify-openai-compatible"] ?? "");
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tarball(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  return `${name}-${version}.tgz`;
}

test("runs with nothing beside it", async () => {
  const demo = await startDemoEndpoint();
  const { stdout } = await run(process.execPath, [command, demo.url, "--json"]);
  await demo.close();
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, servers: [{ verdict: "ready" }] });
});

test("opens the workbench with nothing beside it", async () => {
  const workbench = runWorkbench([], {}, [command, "workbench"]);
  const { origin, hash } = new URL((await workbench.address) ?? "");
  const page = await (await fetch(origin)).text();
  const [, script = ""] = /src="([^"]+)"/.exec(page) ?? [];
  const code = await (await fetch(new URL(script, origin))).text();
  expect(code.length).toBeGreaterThan(10_000);
  const headers = { authorization: `Bearer ${hash.replace("#token=", "")}`, origin };
  const hello = (await (await fetch(`${origin}/api/bootstrap`, { headers })).json()) as Bootstrap;
  const { values } = hello.connection;
  const body = JSON.stringify({
    type: "moderation",
    model: "demo-moderation",
    values,
    text: "I will kill you.",
  });
  const called = await (await fetch(`${origin}/api/call`, { method: "POST", headers, body })).text();
  expect(called).toContain('"outcome":"done"');
  workbench.interrupt();
  expect(await workbench.ended).toMatchObject({ code: 0, stderr: "" });
});

test("says in one sentence that Node is too old", () => {
  const old = `Object.defineProperty(process, "versions", { value: { node: "18.20.8" } });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(old)}`, command, "http://host"],
    { encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
  expect(stderr).toBe("check needs Node 22.20 or newer; this is 18.20.8.\n");
});

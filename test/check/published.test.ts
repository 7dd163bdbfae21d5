/** The commands as npx gets them: from a package, with no repository near. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemoEndpoint, type DemoEndpoint } from "../../src/demo/server.ts";
import type { Bootstrap } from "../../src/workbench/contract.ts";
import { runWorkbench } from "../workbench/run-workbench.ts";
import { checkJson, ROOT } from "./run-check.ts";

const run = promisify(execFile);
let folder: string;
let command: string;
let demo: DemoEndpoint;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "check-published-"));
  await run("npm", ["pack", "--pack-destination", folder], { cwd: ROOT });
  const { stdout } = await run("tar", ["-xzvf", join(folder, await tarball()), "-C", folder]);
  expect(stdout).toContain("package/src/check/report.schema.json");
  const packageJson = await readFile(join(folder, "package/package.json"), "utf8");
  const { bin } = JSON.parse(packageJson) as { bin: Record<string, string> };
  command = join(folder, "package", bin["dify-openai-compatible"] ?? "");
  demo = await startDemoEndpoint();
}, 120_000);
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

async function tarball(): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  return `${name}-${version}.tgz`;
}

interface Ran {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** In a folder with nothing in it, and an environment with little. */
async function npx(...args: string[]): Promise<Ran> {
  const options = { cwd: folder, env: { PATH: process.env["PATH"] } };
  return await run(process.execPath, [command, ...args], options).then(
    (ran) => ({ code: 0, ...ran }),
    (failed: Ran) => failed,
  );
}

describe.concurrent("commands", () => {
  test.each([[["check"]], [[]]])("%j URL checks it", async (before) => {
    const { stdout } = await npx(...before, demo.url, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, servers: [{ verdict: "ready" }] });
  });

  test("the same verdicts as in the repository, and cases for its tests", async () => {
    const args = [demo.url, "--types", "llm,text-embedding"];
    const here = await checkJson(args);
    const there = await npx("check", ...args, "--json", "--record", join(folder, "records"));
    const verdicts = ({ servers }: typeof here.report): string[] | undefined =>
      servers[0]?.stages.map(({ stage, verdict }) => `${stage} ${verdict}`);
    expect(verdicts(JSON.parse(there.stdout) as typeof here.report)).toEqual(verdicts(here.report));
    expect((await readdir(join(folder, "records"))).toSorted()).toEqual(["llm.json", "text-embedding.json"]);
  });

  test("check --self-test", { timeout: 60_000 }, async () => {
    const { code, stdout } = await npx("check", "--self-test");
    expect(stdout).toMatch(/Every stage can fail, and every fault is found\.\n$/);
    expect(code).toBe(0);
  });

  test("explain TEXT", async () => {
    const { code, stdout } = await npx("explain", 'status code 404 and response body {"detail":"Not Found"}');
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^cause {2}The server has nothing at this address\.$/m) as string,
    });
  });

  test("import, which looks at Dify first", async () => {
    expect(await npx("import", "--url", demo.url)).toMatchObject({
      code: 2,
      stderr: "The environment holds no DIFY_URL.\n",
    });
    expect((await npx("import", "--help")).stdout).toMatch(/^Usage: import --url URL/);
  });

  test.each([[[]], [["--help"]], [["-h"]]])("%j tells which there are", async (args) => {
    const { code, stdout } = await npx(...args);
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}\w+/gm)?.map((name) => name.trim())).toEqual([
      "check",
      "explain",
      "import",
      "workbench",
    ]);
  });

  test("--version", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(await npx("--version")).toMatchObject({ code: 0, stdout: `${version}\n` });
    expect(await npx("check", "--version")).toMatchObject({ code: 0, stdout: `${version}\n` });
  });

  test.each(["chekc", "constructor"])("%s is none", async (name) => {
    expect(await npx(name)).toMatchObject({
      code: 64,
      stdout: "",
      stderr: expect.stringMatching(new RegExp(`^There is no command ${name}\\.\n\nUsage: `)) as string,
    });
  });
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
  const old = `Object.defineProperty(process, "versions", { value: { node: "20.20.2" } });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${encodeURIComponent(old)}`, command, "check", "http://host"],
    { encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 70, stdout: "" });
  expect(stderr).toBe("dify-openai-compatible needs Node 22.20 or newer; this is 20.20.2.\n");
});

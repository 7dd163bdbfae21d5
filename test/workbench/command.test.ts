/** The command line of the workbench. */
import { createServer } from "node:net";
import { describe, expect, test } from "vitest";
import type { Bootstrap } from "../../src/workbench/contract.ts";
import { runWorkbench } from "./run-workbench.ts";

async function helloOf(address: string): Promise<Bootstrap> {
  const { origin, hash } = new URL(address);
  const headers = { authorization: `Bearer ${hash.replace("#token=", "")}` };
  return (await (await fetch(`${origin}/api/bootstrap`, { headers })).json()) as Bootstrap;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("prints one address, serves the page, and ends all it started with Ctrl-C", async () => {
  const workbench = runWorkbench(["--port", "0"]);
  const address = (await workbench.address) ?? "";
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/);
  const page = await (await fetch(new URL("/", address))).text();
  for (const [, name] of page.matchAll(/(?:src|href)="\/?(\w+\.\w+)"/g)) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await fetch(new URL(`/${name}`, address))).status).toBe(200);
  }
  expect(page).toContain("page.js");
  const { plugin } = await helloOf(address);
  expect(isAlive(plugin.pid ?? 0)).toBe(true);
  workbench.interrupt();
  const { code, stdout, stderr } = await workbench.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("the embedded demo, no model behind it");
  expect(isAlive(plugin.pid ?? 0)).toBe(false);
});

test("begins at a server of yours, in your language, and never prints the key", async () => {
  const workbench = runWorkbench(
    [
      "--url",
      "https://me:pass@host/v1?team=t0psecret",
      "--model",
      "m",
      "--type",
      "rerank",
      "--key-env",
      "MY_KEY",
    ],
    { MY_KEY: "sk-0123456789abcdef", LANG: "zh_CN.UTF-8" },
  );
  const hello = await helloOf((await workbench.address) ?? "");
  expect(hello.language).toBe("zh_Hans");
  expect(hello.connection).toMatchObject({ type: "rerank", models: { rerank: "m" } });
  expect(hello.secrets).toEqual({
    api_key: { mask: "sk-…cdef", environment: "MY_KEY", origin: "https://host" },
  });
  workbench.interrupt();
  const { stdout } = await workbench.ended;
  expect(stdout).toContain("https://***@host/v1");
  expect(stdout).not.toMatch(/0123456789|pass@|t0psecret/);
});

describe("what makes no sense is said with how it is used", () => {
  test.each([
    ["an unknown option", ["--nope"], "--nope"],
    ["an unknown type", ["--url", "http://h", "--type", "chat"], "Unknown type chat"],
    ["a key for nobody", ["--key-env", "HOME"], "--key-env needs --url"],
    ["a model for nobody", ["--model", "m"], "--model needs --url"],
    ["a key that is not there", ["--url", "http://h", "--key-env", "NO_SUCH"], "holds no NO_SUCH"],
    ["no address", ["--url", "sk not an address"], "That is no address"],
    ["no port", ["--port", "http"], "--port http is no port"],
    ["a port too high", ["--port", "70000"], "--port 70000 is no port"],
  ])("%s", async (_name, args, words) => {
    const { code, stdout, stderr } = await runWorkbench(args).ended;
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(words);
    expect(stderr).toContain("Usage: workbench");
    expect(stderr).not.toContain("sk not an address");
  });
});

test("--help tells the options and starts nothing", async () => {
  const { code, stdout } = await runWorkbench(["--help"]).ended;
  expect(code).toBe(0);
  for (const option of ["--url", "--key-env", "--model", "--type", "--port", "--no-open"])
    expect(stdout).toContain(option);
});

test("without Python it says so in one sentence", async () => {
  const { code, stderr } = await runWorkbench([], { PYTHON: "/nowhere/python3" }).ended;
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr:
      "The workbench needs Python, by which Dify's daemon starts plugins: install python3, or let PYTHON name one.\n",
  });
});

test("a port that is taken is told in one sentence", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as { port: number };
  const { code, stderr } = await runWorkbench(["--port", String(port)]).ended;
  server.close();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: "The port is taken: choose another with --port, or leave it out for any free one.\n",
  });
});

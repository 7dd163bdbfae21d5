/** Node, for a package that needs no Python package index when it is installed. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { stripProgram } from "./elf.ts";
import { PackingError, type PackageFiles } from "./package-files.ts";

export const PLATFORMS = ["linux-x64", "linux-arm64"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** What an offline package holds besides what every package does. */
export interface NodeRuntime {
  platform: Platform;
  files: PackageFiles;
}

/** Where Node is before it is packed. */
export interface NodeBuild {
  platform: Platform;
  /** Without the `v`. */
  version: string;
  program: Uint8Array;
  licence: Uint8Array;
}

const run = promisify(execFile);

/** A gibibyte: more than any Node. */
const MAX_BUFFER = 1 << 30;

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

/**
 * The Node that the repository at `root` pins in package-lock.json for a platform, from npm's registry.
 *
 * @throws PackingError when it cannot be had, or is not the one that is pinned
 */
export async function fetchNode(root: string, platform: Platform): Promise<NodeBuild> {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")));
  const { version = "", integrity = "" } = packages[`node_modules/node-${platform}`] ?? {};
  const folder = await mkdtemp(join(tmpdir(), "node-runtime-"));
  try {
    const wanted = `node-${platform}@${version}`;
    await run("npm", ["pack", wanted, "--pack-destination", folder], { cwd: root }).catch((error: Error) => {
      throw new PackingError(`npm cannot fetch ${wanted}: ${error.message}`);
    });
    const archive = join(folder, `node-${platform}-${version}.tgz`);
    const [algorithm = "", expected] = integrity.split(/-(.*)/s);
    const actual = createHash(algorithm)
      .update(await readFile(archive))
      .digest("base64");
    if (actual !== expected)
      throw new PackingError(`${wanted} is not the one of package-lock.json: ${actual}, not ${expected}`);
    await run("tar", ["-xzf", archive, "-C", folder, "package/bin/node", "package/LICENSE"]);
    return {
      platform,
      version,
      program: await readFile(join(folder, "package/bin/node")),
      licence: await readFile(join(folder, "package/LICENSE")),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Node as the launcher finds it: stripped, and packed as xz with its licence beside it.
 *
 * @param preset of xz; 9 takes a minute or two, 0 a few seconds for a quarter more bytes
 * @throws PackingError when Python cannot pack it
 */
export async function packNode(node: NodeBuild, preset = 9): Promise<NodeRuntime> {
  const { platform, version, program, licence } = node;
  const archive = await compress(stripProgram(program), preset, platform === "linux-x64" ? "x86" : "none");
  const files = new Map([
    [`runtime/node-v${version}-${platform}.xz`, archive],
    ["runtime/LICENSE", licence],
  ]);
  return { platform, files };
}

async function compress(program: Uint8Array, preset: number, branches: string): Promise<Uint8Array> {
  const python = process.env["PYTHON"] ?? "python3";
  const script = join(import.meta.dirname, "compress.py");
  const options = { encoding: "buffer", maxBuffer: MAX_BUFFER } as const;
  const packing = run(python, [script, String(preset), branches], options);
  // A Python that fails early reads no further; its exit tells.
  packing.child.stdin?.on("error", () => undefined).end(program);
  const { stdout } = await packing.catch((error: Error & { stderr?: Buffer }) => {
    const words = error.stderr?.toString().trim().split("\n").at(-1) || error.message;
    throw new PackingError(`${python} cannot pack Node as xz (it needs the module lzma): ${words}`);
  });
  return stdout;
}

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { KeyObject } from "node:crypto";
import { load } from "js-yaml";
import * as z from "zod";
import { checksum, writeArchive } from "./archive.ts";
import type { NodeRuntime } from "./node-runtime.ts";
import { collectPackageFiles, PackingError, type PackageFiles } from "./package-files.ts";
import { signArchive, VERIFICATION } from "./sign.ts";

/** The limit of Dify's command line, daemon and API: for the upload, and for the sum of the files in it. */
const MAX_BYTES = 52_428_800;

const manifestSchema = z.object({
  author: z.string(),
  name: z.string(),
  version: z.string(),
  created_at: z.iso.datetime(),
});

export interface PackOptions {
  /** For a package that needs no package index. */
  runtime?: NodeRuntime | undefined;
  /** For a signed package: a private RSA key. */
  signingKey?: KeyObject | undefined;
}

export interface BuiltPackage {
  /** Without folder. */
  name: string;
  archive: Uint8Array;
  files: PackageFiles;
  checksum: string;
  /** How the daemon calls this very package: `author/name:version@checksum`. */
  identifier: string;
}

export interface PackedPlugin extends Pick<BuiltPackage, "checksum" | "identifier"> {
  file: string;
  bytes: number;
}

/** Packs the repository at `root` into `dist/<name>-<version>….difypkg`. @throws PackingError */
export async function pack(root: string, options: PackOptions = {}): Promise<PackedPlugin> {
  return writePackage(root, await buildPackage(root, options));
}

export async function writePackage(root: string, built: BuiltPackage): Promise<PackedPlugin> {
  const file = join(root, "dist", built.name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, built.archive);
  return {
    file,
    bytes: built.archive.length,
    checksum: built.checksum,
    identifier: built.identifier,
  };
}

/** The package, not written yet: the same bytes for the same repository and options. @throws PackingError */
export async function buildPackage(
  root: string,
  { runtime, signingKey }: PackOptions = {},
): Promise<BuiltPackage> {
  const collected = await collectPackageFiles(root, runtime?.files);
  const files = signingKey ? new Map([...collected, ...VERIFICATION]) : collected;
  const { author, name, version, created_at } = readManifest(files);
  // The time of signing would change the bytes.
  const time = Date.parse(created_at) / 1_000;
  const unsigned = writeArchive(files);
  const archive = signingKey ? signArchive(unsigned, signingKey, time) : unsigned;
  const unpacked = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  if (Math.max(unpacked, archive.length) > MAX_BYTES)
    throw new PackingError(
      `the package has ${archive.length} bytes and its files ${unpacked}, Dify takes ${MAX_BYTES}`,
    );
  const sum = checksum(files);
  return {
    name: [
      `${name}-${version}`,
      runtime ? `-offline-${runtime.platform}` : "",
      signingKey ? ".signed" : "",
      ".difypkg",
    ].join(""),
    archive,
    files,
    checksum: sum,
    identifier: `${author}/${name}:${version}@${sum}`,
  };
}

function readManifest(files: PackageFiles): z.output<typeof manifestSchema> {
  const text = Buffer.from(files.get("manifest.yaml") ?? []).toString("utf8");
  return manifestSchema.parse(load(text));
}

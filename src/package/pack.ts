import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import * as z from "zod";
import { checksum, readArchive, writeArchive } from "./archive.ts";
import { collectPackageFiles, type PackageFiles } from "./package-files.ts";

/** The daemon's limit for the upload and for the sum of the files in it. */
const MAX_BYTES = 52_428_800;

const manifestSchema = z.object({ author: z.string(), name: z.string(), version: z.string() });

export interface PackedPlugin {
  file: string;
  bytes: number;
  checksum: string;
  /** How the daemon calls this very package: `author/name:version@checksum`. */
  identifier: string;
}

/** Packs the repository at `root` into `dist/<name>-<version>.difypkg`. */
export async function pack(root: string): Promise<PackedPlugin> {
  const files = await collectPackageFiles(root);
  const unpacked = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  if (unpacked > MAX_BYTES)
    throw new Error(`the files of the package have ${unpacked} bytes, Dify takes ${MAX_BYTES}`);
  const { author, name, version } = readManifest(files);
  const archive = writeArchive(files);
  const file = join(root, "dist", `${name}-${version}.difypkg`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, archive);
  const sum = checksum(files);
  return { file, bytes: archive.length, checksum: sum, identifier: `${author}/${name}:${version}@${sum}` };
}

/** Extracts a package into `folder` as the daemon does: plain files of mode 0644. */
export async function extract(archive: Uint8Array, folder: string): Promise<void> {
  for (const [path, bytes] of readArchive(archive)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, bytes, { mode: 0o644 });
  }
}

function readManifest(files: PackageFiles): z.output<typeof manifestSchema> {
  const text = Buffer.from(files.get("manifest.yaml") ?? []).toString("utf8");
  return manifestSchema.parse(load(text));
}

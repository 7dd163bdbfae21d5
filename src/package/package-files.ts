import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

/** Path within the package, `/`-separated → content. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>;

/** Where each copied file of the package comes from in the repository. */
const COPIED: Readonly<Record<string, string>> = {
  "manifest.yaml": "manifest.yaml",
  "README.md": "README.md",
  LICENSE: "LICENSE",
  "provider/openai_compatible.yaml": "provider/openai_compatible.yaml",
  "main.py": "src/package/launcher.py",
  "requirements.txt": "src/package/requirements.txt",
};

/** Everything the package holds, made afresh from the repository at `root`. */
export async function collectPackageFiles(root: string): Promise<PackageFiles> {
  const files = new Map<string, Uint8Array>();
  for (const [path, source] of Object.entries(COPIED)) files.set(path, await readFile(join(root, source)));
  for (const icon of await readdir(join(root, "_assets"))) {
    files.set(`_assets/${icon}`, await readFile(join(root, "_assets", icon)));
  }
  for (const { name, bytes } of await bundle(root)) files.set(`dist/${name}`, bytes);
  return files;
}

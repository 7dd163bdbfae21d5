import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

/** Path within the package, `/`-separated → content. */
export type PackageFiles = ReadonlyMap<string, Uint8Array>;

/** The package cannot be made; the message says why. */
export class PackingError extends Error {
  override readonly name = "PackingError";
}

/** Where each copied file of the package comes from in the repository. */
const COPIED: Readonly<Record<string, string>> = {
  "manifest.yaml": "manifest.yaml",
  "README.md": "README.md",
  "readme/README_zh_Hans.md": "readme/README_zh_Hans.md",
  "PRIVACY.md": "PRIVACY.md",
  LICENSE: "LICENSE",
  "provider/openai_compatible.yaml": "provider/openai_compatible.yaml",
  "main.py": "src/package/launcher.py",
  "requirements.txt": "src/package/requirements.txt",
  "dist/start.cjs": "src/package/start.cjs",
};

/** Without it the daemon installs nothing, and with a requirement in it asks the index. */
const NO_REQUIREMENTS = Buffer.from("# Nothing: Node is in runtime/.\n");

/**
 * Everything the package holds, made afresh from the repository at `root`.
 *
 * @param runtime Node, for a package that brings its own
 */
export async function collectPackageFiles(root: string, runtime?: PackageFiles): Promise<PackageFiles> {
  const files = new Map<string, Uint8Array>();
  for (const [path, source] of Object.entries(COPIED)) files.set(path, await readFile(join(root, source)));
  for (const icon of await readdir(join(root, "_assets"))) {
    files.set(`_assets/${icon}`, await readFile(join(root, "_assets", icon)));
  }
  for (const { name, bytes } of await bundle(root)) files.set(`dist/${name}`, bytes);
  if (runtime) {
    files.set("requirements.txt", NO_REQUIREMENTS);
    for (const [path, bytes] of runtime) files.set(path, bytes);
  }
  return files;
}

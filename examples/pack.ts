/**
 * `node examples/pack.ts examples/echo`: packs an example.
 *
 * All but the plugin itself is the same in every package: launcher, requirements, icons, licence.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { writeArchive } from "../src/package/archive.ts";
import { collectPackageFiles } from "../src/package/package-files.ts";

const root = join(import.meta.dirname, "..");

/** What is this repository's own plugin in its package. */
const REPLACED = /^(?:manifest\.yaml|README\.md|readme\/.*|provider\/.*|dist\/(?!start\.cjs).*)$/;

/** @param folder holds `main.ts`, `manifest.yaml`, `README.md` and `provider/<name>.yaml` */
export async function packExample(folder: string): Promise<string> {
  const name = basename(folder);
  const files = new Map([...(await collectPackageFiles(root))].filter(([path]) => !REPLACED.test(path)));
  for (const path of ["manifest.yaml", "README.md", `provider/${name}.yaml`]) {
    files.set(path, await readFile(join(folder, path)));
  }
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(folder, "main.ts")],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node22",
    define: { "import.meta.dirname": "__dirname" },
  });
  for (const { contents } of outputFiles) files.set("dist/plugin.cjs", contents);
  const file = join(root, "dist", `${name}.difypkg`);
  await mkdir(join(root, "dist"), { recursive: true });
  await writeFile(file, writeArchive(files));
  return file;
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) process.stderr.write("Usage: node examples/pack.ts FOLDER\n");
  else process.stdout.write(`${await packExample(join(process.cwd(), folder))}\n`);
}

/** What the workbench needs beside the bundled commands: it was built when the npm package was made. */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WorkbenchAssets } from "../../workbench/workbench.ts";

const PAGE = "page";
const PLUGIN = "plugin.difypkg";
const TAP = "wire-tap.cjs";

/** Stands in the place of what `assets.ts` builds. */
export async function loadAssets(): Promise<WorkbenchAssets> {
  // Of `dist/commands`.
  const folder = join(import.meta.dirname, "../workbench");
  const names = await readdir(join(folder, PAGE));
  const files = names.map(async (name) => [name, await readFile(join(folder, PAGE, name))] as const);
  return {
    page: new Map(await Promise.all(files)),
    plugin: await readFile(join(folder, PLUGIN)),
    tap: await readFile(join(folder, TAP)),
  };
}

/** @param folder `dist/workbench` */
export async function writeAssets(folder: string, { page, plugin, tap }: WorkbenchAssets): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, PAGE), { recursive: true });
  await Promise.all([
    ...[...page].map(([name, bytes]) => writeFile(join(folder, PAGE, name), bytes)),
    writeFile(join(folder, PLUGIN), plugin),
    writeFile(join(folder, TAP), tap),
  ]);
}

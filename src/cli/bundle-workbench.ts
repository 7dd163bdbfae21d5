/** `npm pack` runs it: writes `dist/workbench.js` and what it needs beside it, because sources are not published. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleCommand } from "../package/bundle.ts";
import { runCommand } from "./run-command.ts";
import { buildAssets } from "./workbench/assets.ts";

await runCommand(async () => {
  const root = join(import.meta.dirname, "../..");
  const folder = join(root, "dist/workbench");
  const { page, plugin, tap } = await buildAssets(root);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "page"), { recursive: true });
  await Promise.all([
    ...[...page].map(([name, bytes]) => writeFile(join(folder, "page", name), bytes)),
    writeFile(join(folder, "plugin.difypkg"), plugin),
    writeFile(join(folder, "wire-tap.cjs"), tap),
    bundleCommand(root, "workbench", "src/cli/workbench/published.ts"),
  ]);
  return 0;
});

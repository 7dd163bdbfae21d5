/** What `npx dify-openai-compatible workbench` runs: everything was built when the package was made. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createPlugin } from "../../plugin.ts";
import type { WorkbenchAssets } from "../../workbench/workbench.ts";
import { runWorkbench } from "./command.ts";

const folder = join(import.meta.dirname, "workbench");

async function readAssets(): Promise<WorkbenchAssets> {
  const names = await readdir(join(folder, "page"));
  const files = names.map(async (name) => [name, await readFile(join(folder, "page", name))] as const);
  return {
    page: new Map(await Promise.all(files)),
    plugin: await readFile(join(folder, "plugin.difypkg")),
    tap: await readFile(join(folder, "wire-tap.cjs")),
  };
}

const engine = createPlugin(import.meta.dirname, () => undefined);
process.exitCode = await runWorkbench(process.argv.slice(2), engine, readAssets);

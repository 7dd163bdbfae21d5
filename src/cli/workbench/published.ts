/** What `npx dify-openai-compatible workbench` runs: everything was built when the package was made. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createPlugin } from "../../plugin.ts";
import { startWorkbench, type WorkbenchAssets } from "../../workbench/workbench.ts";
import { modelType } from "../check/model-type.ts";
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

process.exitCode = await runWorkbench(process.argv.slice(2), async (options) => {
  const engine = createPlugin(import.meta.dirname, () => undefined);
  return startWorkbench(await readAssets(), { ...options, engine, typeOf: modelType });
});

import { join } from "node:path";
import { createPlugin } from "../../plugin.ts";
import { startWorkbench, type Workbench } from "../../workbench/workbench.ts";
import { modelType } from "../check/model-type.ts";
import { buildAssets } from "./assets.ts";
import type { CommandOptions } from "./command.ts";

/** Builds the page and the package first. */
export async function startFromRepository(options: CommandOptions): Promise<Workbench> {
  const assets = await buildAssets(join(import.meta.dirname, "../../.."));
  const engine = createPlugin(import.meta.dirname, () => undefined);
  return startWorkbench(assets, { ...options, engine, typeOf: modelType });
}

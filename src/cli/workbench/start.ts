import { createPlugin } from "../../plugin.ts";
import { startWorkbench, type Workbench } from "../../workbench/workbench.ts";
import { modelType } from "../check/model-type.ts";
import { loadAssets } from "./assets.ts";
import type { CommandOptions } from "./command.ts";

/** All that takes long to load. */
export async function start(options: CommandOptions): Promise<Workbench> {
  const engine = createPlugin(import.meta.dirname, () => undefined);
  return startWorkbench(await loadAssets(), { ...options, engine, typeOf: modelType });
}

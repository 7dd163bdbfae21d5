/** `npm run workbench`: the form and the models in a browser, before anything is installed in Dify. */
import { join } from "node:path";
import { createPlugin } from "../plugin.ts";
import { buildAssets } from "./workbench/assets.ts";
import { runWorkbench } from "./workbench/command.ts";

const root = join(import.meta.dirname, "../..");
const engine = createPlugin(import.meta.dirname, () => undefined);
process.exitCode = await runWorkbench(process.argv.slice(2), engine, () => buildAssets(root));

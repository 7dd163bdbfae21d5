/**
 * `npm pack` runs it: writes `dist/commands`, because Node runs no TypeScript inside `node_modules`, and
 * `dist/workbench`, which one of them needs.
 */
import { join } from "node:path";
import { bundleCommands } from "../package/bundle.ts";
import { runCommand } from "./run-command.ts";
import { loadAssets } from "./workbench/assets.ts";
import { writeAssets } from "./workbench/published-assets.ts";

await runCommand(async () => {
  const root = join(import.meta.dirname, "../..");
  await Promise.all([bundleCommands(root), writeAssets(join(root, "dist/workbench"), await loadAssets())]);
  return 0;
});

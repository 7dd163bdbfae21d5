/** `npm pack` runs it: writes `dist/commands`, because Node runs no TypeScript inside `node_modules`. */
import { join } from "node:path";
import { bundleCommands } from "../package/bundle.ts";
import { runCommand } from "./run-command.ts";

await runCommand(async () => {
  await bundleCommands(join(import.meta.dirname, "../.."));
  return 0;
});

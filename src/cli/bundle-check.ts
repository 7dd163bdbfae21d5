/** `npm pack` runs it: writes `dist/check.js`, because Node runs no TypeScript inside `node_modules`. */
import { join } from "node:path";
import { bundleCheck } from "../package/bundle.ts";
import { runCommand } from "./run-command.ts";

await runCommand(async () => {
  await bundleCheck(join(import.meta.dirname, "../.."));
  return 0;
});

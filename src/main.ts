/** The plugin's entry: what the launcher starts in place of itself. */
import { flushCompileCache } from "node:module";
import { log } from "./runtime/log.ts";
import { run } from "./runtime/run.ts";
import { StdioTransport } from "./runtime/stdio.ts";

// Node writes its compile cache at a clean exit, which a daemon hardly ever grants.
setTimeout(flushCompileCache, 1_000).unref();

// A daemon that is gone reads no answers.
process.stdout.on("error", () => process.exit(1));

void run(new StdioTransport(), async () => {
  const { createPlugin } = await import("./plugin.ts");
  return createPlugin(import.meta.dirname, log);
}).then(() => process.exit(0));

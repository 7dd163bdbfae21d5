/** The plugin's entry: what the launcher starts in place of itself. */
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { log } from "./runtime/log.ts";
import { runPlugin } from "./runtime/run-plugin.ts";

// Node writes its compile cache at a clean exit, which a daemon hardly ever grants.
setTimeout(flushCompileCache, 1_000).unref();

runPlugin({
  folder: join(import.meta.dirname, ".."),
  load: async () => {
    const { createPlugin } = await import("./plugin.ts");
    return createPlugin(import.meta.dirname, log);
  },
}).then(
  () => process.exit(0),
  (error: unknown) => {
    log(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);

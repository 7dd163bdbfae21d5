/** The plugin's entry: what the launcher starts in place of itself. */
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { log } from "./runtime/log.ts";
import { runPlugin } from "./runtime/run-plugin.ts";

// Node writes its compile cache at a clean exit, which a daemon hardly ever grants.
setTimeout(flushCompileCache, 1_000).unref();

/** Rejects when a file of the package is damaged, which the file that starts this one explains. */
export const running = runPlugin({
  folder: join(import.meta.dirname, ".."),
  load: async () => {
    const { createPlugin } = await import("./plugin.ts");
    return createPlugin(import.meta.dirname, log);
  },
}).then(
  () => process.exit(0),
  (error: unknown) => {
    if (isDamage(error)) throw error;
    log(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);

function isDamage(error: unknown): boolean {
  return error instanceof SyntaxError || (error as { code?: unknown }).code === "MODULE_NOT_FOUND";
}

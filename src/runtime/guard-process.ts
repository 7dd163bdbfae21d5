import { Console } from "node:console";
import { log } from "./log.ts";

/** Keeps a plugin's process alive and its stdout clean, whatever the libraries in it do. */
export function guardProcess(): void {
  // Stdout is the protocol: whatever a library prints belongs elsewhere.
  globalThis.console = new Console(process.stderr);
  // Who reads no answers any more needs no plugin. Nobody has to read the log; and an error that is not
  // heard here would be logged, which is the next error.
  process.stdout.on("error", () => process.exit(1));
  process.stderr.on("error", () => undefined);
  // A crash would leave every request in flight without an answer until the daemon's time limit.
  process.on("uncaughtException", (error) => log(`defect: ${error.stack ?? error.message}`));
  process.on("unhandledRejection", (reason) => log(`defect: ${String(reason)}`));
}

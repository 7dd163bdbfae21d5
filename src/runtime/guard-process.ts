import { Console } from "node:console";
import { log } from "./log.ts";

/** Keeps a plugin's process alive and its stdout clean, whatever the libraries in it do. */
export function guardProcess(): void {
  // Stdout is the protocol: whatever a library prints belongs elsewhere.
  globalThis.console = new Console(process.stderr);
  // A crash would leave every request in flight without an answer until the daemon's time limit.
  process.on("uncaughtException", (error) => log(`defect: ${error.stack ?? error.message}`));
  process.on("unhandledRejection", (reason) => log(`defect: ${String(reason)}`));
}

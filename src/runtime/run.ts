import { Console } from "node:console";
import type { ModelProvider } from "../dify/models.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { log } from "./log.ts";
import type { Transport } from "./transport.ts";

/**
 * Runs a plugin on a transport until its input ends; work in flight is finished first.
 *
 * The first heartbeat leaves before the dispatcher and the models are loaded, because it is what the
 * daemon waits for; requests wait in the pipe meanwhile.
 */
export async function run(transport: Transport, loadProvider: () => Promise<ModelProvider>): Promise<void> {
  // Stdout is the protocol: whatever a library prints belongs elsewhere.
  globalThis.console = new Console(process.stderr);
  // A crash would leave every request in flight without an answer until the daemon's time limit.
  process.on("uncaughtException", (error) => log(`defect: ${error.stack ?? error.message}`));
  process.on("unhandledRejection", (reason) => log(`defect: ${String(reason)}`));

  const stopHeartbeat = startHeartbeat((line) => transport.send(line));
  await transport.flushed();

  const [{ Dispatcher }, provider] = await Promise.all([import("./dispatcher.ts"), loadProvider()]);
  const dispatcher = new Dispatcher({ provider, transport, log });
  process.once("SIGTERM", () => dispatcher.abort());
  process.once("SIGINT", () => dispatcher.abort());

  await new Promise<void>((resolve) => {
    transport.start({ onLine: (line) => dispatcher.handle(line), onClose: resolve });
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
  });
  await dispatcher.idle();
  stopHeartbeat();
  await transport.flushed();
}

import type { ModelProvider } from "../dify/models.ts";
import { guardProcess } from "./guard-process.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { log } from "./log.ts";
import { aborted, stopSignal } from "./stop-signal.ts";
import { StreamTransport } from "./stream-transport.ts";

/**
 * Runs a plugin on stdin and stdout, as a daemon on the same machine speaks, until its input ends; work in
 * flight is finished first.
 *
 * The first heartbeat leaves before the dispatcher and the models are loaded, because it is what the
 * daemon waits for; requests wait in the pipe meanwhile.
 */
export async function runStdio(loadProvider: () => Promise<ModelProvider>): Promise<void> {
  guardProcess();
  const stop = stopSignal();
  const transport = new StreamTransport(process.stdin, process.stdout);
  const stopHeartbeat = startHeartbeat((line) => transport.send(line));
  await transport.flushed();

  const [{ Dispatcher }, provider] = await Promise.all([import("./dispatcher.ts"), loadProvider()]);
  const dispatcher = new Dispatcher({ provider, output: transport, log });
  await Promise.race([
    new Promise<void>((resolve) => {
      transport.start({ onLine: (line) => dispatcher.handle(line), onClose: resolve });
    }),
    aborted(stop),
  ]);
  if (stop.aborted) dispatcher.abort();
  await dispatcher.idle();
  stopHeartbeat();
  await transport.flushed();
}

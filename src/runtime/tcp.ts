/** A plugin that connects to the daemon's debug port and registers there by itself. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { ModelProvider } from "../dify/models.ts";
import { readDebugAddress, type DebugAddress } from "./debug-address.ts";
import { readDeclaration } from "./declaration.ts";
import { Dispatcher, type AnsweredCall } from "./dispatcher.ts";
import { guardProcess } from "./guard-process.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { lineText, type Line } from "./lines.ts";
import { log } from "./log.ts";
import { register } from "./registration.ts";
import { aborted, stopSignal } from "./stop-signal.ts";
import { StreamTransport } from "./stream-transport.ts";

const CONNECT_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** A connection that held so long was a good one. */
const STEADY_MS = 10_000;

/** How a message begins, in contrast to a refusal. */
const BRACE = 0x7b;

/** A daemon that refuses says so in one line of text and hangs up; these two pass. */
const PASSING = /server is busy|failed to get connection info/;

/** The daemon does not take the plugin: its words. Trying again would not help. */
export class RegistrationRefused extends Error {
  override readonly name = "RegistrationRefused";
}

export interface DebugOptions extends DebugAddress {
  /** The folder of `manifest.yaml`, read anew for every connection. */
  folder: string;
  provider: ModelProvider;
  log: (message: string) => void;
  onAnswered?: (call: AnsweredCall) => void;
}

/** Runs a plugin against the daemon that the environment names, until the process is told to stop. */
export async function runTcp(options: { folder: string; load: () => Promise<ModelProvider> }): Promise<void> {
  guardProcess();
  const stop = stopSignal();
  const address = readDebugAddress(process.env);
  const client = new DebugClient({ ...address, folder: options.folder, provider: await options.load(), log });
  void aborted(stop).then(() => client.stop());
  await client.run();
}

export class DebugClient {
  readonly #options: DebugOptions;
  readonly #stop = new AbortController();
  #socket: Socket | undefined;
  #dispatcher: Dispatcher | undefined;
  #pause = FIRST_PAUSE_MS;
  #renewing = false;

  constructor(options: DebugOptions) {
    this.#options = options;
  }

  /**
   * Answers calls until `stop`. A lost connection is opened again, after pauses that grow from 1 s to 30 s.
   *
   * @throws RegistrationRefused when the daemon does not take the key or the plugin
   */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const { host, port } = this.#options;
      try {
        // One connection after the other.
        // oxlint-disable-next-line no-await-in-loop
        const reason = await this.#attend();
        if (this.#stop.signal.aborted) return;
        this.#options.log(`the connection to ${host}:${port} ended: ${reason}`);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        if (error instanceof RegistrationRefused) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        this.#options.log(`no connection to ${host}:${port}: ${reason}`);
      }
      // oxlint-disable-next-line no-await-in-loop
      await this.#wait();
    }
  }

  /** Registers anew, after a change of the declaration; calls in flight are answered first. */
  async reconnect(): Promise<void> {
    await this.#dispatcher?.idle();
    this.#renewing = true;
    this.#socket?.destroySoon();
  }

  stop(): void {
    this.#stop.abort();
    this.#dispatcher?.abort();
    this.#socket?.destroySoon();
  }

  /** One connection, from its opening to its end. Returns why it ended. */
  async #attend(): Promise<string> {
    const { host, port, key, folder, provider, log: tell, onAnswered } = this.#options;
    const { lines, pluginId, leftOut } = register(await readDeclaration(folder), key);
    const socket = await this.#connect();
    const transport = new StreamTransport(socket, socket);
    const dispatcher = new Dispatcher({ provider, output: transport, log: tell, onAnswered });
    this.#dispatcher = dispatcher;
    for (const line of lines) transport.send(line);
    const stopHeartbeat = startHeartbeat((line) => transport.send(line));
    // The daemon says nothing to one it takes.
    tell(`connected to ${host}:${port} as ${pluginId}`);
    if (leftOut.length > 0) {
      tell(`left out of the form, because a debug connection takes 32 fields: ${leftOut.join(", ")}`);
    }
    let refusal: string | undefined;
    const onLine = (line: Line): void => {
      if (line[0]?.at(0) === BRACE) dispatcher.handle(line);
      else refusal = lineText(line);
    };
    const opened = performance.now();
    await new Promise<void>((resolve) => transport.start({ onLine, onClose: resolve }));
    stopHeartbeat();
    dispatcher.abort();
    if (performance.now() - opened > STEADY_MS) this.#pause = FIRST_PAUSE_MS;
    if (refusal !== undefined && !PASSING.test(refusal)) throw new RegistrationRefused(refusal);
    const reason = this.#renewing ? "to register anew" : "the daemon closed it";
    this.#renewing = false;
    return refusal ?? reason;
  }

  async #connect(): Promise<Socket> {
    const { host, port } = this.#options;
    const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 15_000 });
    this.#socket = socket;
    // Its end is what tells; an error comes before each that is not regular.
    socket.on("error", () => undefined);
    const timeout = AbortSignal.timeout(CONNECT_MS);
    try {
      await once(socket, "connect", { signal: AbortSignal.any([this.#stop.signal, timeout]) });
      return socket;
    } catch (error) {
      socket.destroy();
      throw timeout.aborted ? new Error(`no answer within ${CONNECT_MS / 1000} s`) : error;
    }
  }

  async #wait(): Promise<void> {
    const { signal } = this.#stop;
    this.#options.log(`trying again in ${this.#pause / 1000} s`);
    await sleep(this.#pause, undefined, { signal }).catch(() => undefined);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }
}

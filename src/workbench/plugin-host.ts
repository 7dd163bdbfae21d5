/** Keeps one packaged plugin running, and gives it one call at a time. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginError, PluginGone, requestLine, type PluginMessage } from "../host/plugin-process.ts";
import { extract } from "../package/extract.ts";
import type { PluginState } from "./contract.ts";
import type { TapEvent } from "./tap-events.ts";
import { TappedPlugin } from "./tapped-plugin.ts";

/** Watches one call. Times are microseconds of the common clock. */
export interface CallListener {
  /** The line that asks was written. */
  asked(line: string, at: number): void;
  http(event: Exclude<TapEvent, { event: "lines" }>): void;
  /** A line that answers. */
  answered(line: string, message: PluginMessage, at: number): void;
  log(text: string, at: number): void;
  /** Resolves when all its requests over HTTP are over. */
  settled(): Promise<void>;
}

/** Milliseconds that a request over HTTP may last on after its call: mostly the end of a body is still to be read. */
const AFTERMATH = 1_000;

/** What the plugin said last, when it went. */
const LOG_LINES = 3;

interface Session {
  readonly listener: Partial<CallListener>;
  readonly end: (error?: Error) => void;
}

export class PluginHost {
  readonly #folder: string;
  readonly #tap: Uint8Array;
  readonly #sessions = new Map<string, Session>();
  #running: Promise<TappedPlugin> | undefined;
  #pid: number | undefined;
  /** The call whose HTTP is told of. */
  #current: Partial<CallListener> | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #launches = 0;
  #answered = 0;
  #open = 0;
  #isReady = false;
  #isClosed = false;

  private constructor(folder: string, tap: Uint8Array) {
    this.#folder = folder;
    this.#tap = tap;
  }

  /**
   * @param archive the package
   * @param tap the bytes of `wire-tap.cjs`
   * @throws PluginGone when it does not become ready
   */
  static async start(archive: Uint8Array, tap: Uint8Array): Promise<PluginHost> {
    const folder = await mkdtemp(join(tmpdir(), "dify-workbench-"));
    const host = new PluginHost(folder, tap);
    try {
      await extract(archive, join(folder, "plugin"));
      await host.#plugin();
      return host;
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  get state(): PluginState {
    const memory = this.#pid === undefined ? undefined : memoryOf(this.#pid);
    return {
      state: this.#isClosed ? "stopped" : this.#isReady ? "running" : "starting",
      ...(this.#pid !== undefined && { pid: this.#pid }),
      ...(memory !== undefined && { memory }),
      answered: this.#answered,
      waiting: Math.max(0, this.#open - 1),
      restarts: Math.max(0, this.#launches - 1),
    };
  }

  /** Calls that run or wait. */
  get open(): number {
    return this.#open;
  }

  /**
   * Asks when all calls before it are over, so that what goes over HTTP meanwhile is this call's.
   *
   * Dify has no way to cancel a call: its daemon reads on, and the plugin works on. Here the signal ends the
   * plugin's process, which cuts its HTTP request, and a new one takes its place.
   *
   * @throws PluginError, PluginGone, and the signal's reason
   */
  async call(data: object, listener: Partial<CallListener>, signal: AbortSignal): Promise<unknown[]> {
    this.#open += 1;
    const { before, leave } = this.#queue();
    try {
      await Promise.race([before, rejection(signal)]);
      const plugin = await this.#plugin();
      signal.throwIfAborted();
      this.#current = listener;
      const stop = (): void => void plugin.stop();
      signal.addEventListener("abort", stop, { once: true });
      try {
        const pieces = await this.#ask(plugin, data, listener);
        await this.#aftermath(listener);
        return pieces;
      } catch (error) {
        if (error instanceof PluginError) await this.#aftermath(listener);
        throw signal.aborted ? signal.reason : error;
      } finally {
        signal.removeEventListener("abort", stop);
        if (signal.aborted) await plugin.exited;
        this.#current = undefined;
        this.#startNext();
        this.#answered += 1;
      }
    } finally {
      this.#open -= 1;
      leave();
    }
  }

  async #aftermath(listener: Partial<CallListener>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, AFTERMATH);
    await Promise.race([promise, listener.settled?.()]);
    clearTimeout(timer);
  }

  /**
   * Puts a new process, which has learned nothing, in place of the one that runs, when its calls are over. One
   * that does not start is told of by the next call.
   */
  async renew(): Promise<void> {
    const { before, leave } = this.#queue();
    await before;
    const running = await this.#running?.catch(() => undefined);
    await running?.stop();
    this.#startNext();
    leave();
  }

  /** The next call is not to wait for it. */
  #startNext(): void {
    if (!this.#isClosed) this.#plugin().catch(() => undefined);
  }

  /** A turn after all that were taken before. */
  #queue(): { before: Promise<unknown>; leave: () => void } {
    const { promise: over, resolve: leave } = Promise.withResolvers<void>();
    const before = this.#turn;
    this.#turn = before.then(() => over);
    return { before, leave };
  }

  /** Asks at once what needs no HTTP. @throws PluginError, PluginGone */
  async aside(data: object): Promise<unknown[]> {
    try {
      return await this.#ask(await this.#plugin(), data, {});
    } catch (error) {
      // Its process was ended for a call that was cancelled: another answers as well.
      if (error instanceof PluginGone && !this.#isClosed) return this.#ask(await this.#plugin(), data, {});
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const running = await this.#running?.catch(() => undefined);
    await running?.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The one that runs, or a new one. */
  #plugin(): Promise<TappedPlugin> {
    if (this.#isClosed) throw new PluginGone("The workbench is closed.");
    return (this.#running ??= this.#launch());
  }

  async #launch(): Promise<TappedPlugin> {
    this.#launches += 1;
    const log: string[] = [];
    const place = join(this.#folder, `wire-${this.#launches}`);
    const plugin = await TappedPlugin.launch(join(this.#folder, "plugin"), this.#tap, place, {
      http: (event) => this.#current?.http?.(event),
      line: (line, message, at) => this.#deliver(line, message, at),
      log: (text, at) => {
        log.push(text);
        if (log.length > LOG_LINES) log.shift();
        this.#current?.log?.(text, at);
      },
    });
    void plugin.exited.then((code) => this.#gone(code, log));
    await plugin.ready;
    this.#isReady = true;
    this.#pid = plugin.pid;
    return plugin;
  }

  #gone(code: number | null, log: readonly string[]): void {
    this.#running = undefined;
    this.#isReady = false;
    this.#pid = undefined;
    const words = log.length > 0 ? `: ${log.join(" | ")}` : ".";
    const gone = new PluginGone(`The plugin's process ended with code ${code}${words}`);
    for (const { end } of this.#sessions.values()) end(gone);
  }

  #ask(plugin: TappedPlugin, data: object, listener: Partial<CallListener>): Promise<unknown[]> {
    const id = randomUUID();
    const line = requestLine(id, data);
    const pieces: unknown[] = [];
    let failure: Error | undefined;
    return new Promise<unknown[]>((resolve, reject) => {
      this.#sessions.set(id, {
        listener: {
          answered: (answer, message, at) => {
            const { type, data: piece } = message.data ?? {};
            if (type === "stream") pieces.push(piece);
            if (type === "error") failure = PluginError.from(piece);
            listener.answered?.(answer, message, at);
          },
        },
        end: (error = failure) => (error ? reject(error) : resolve(pieces)),
      });
      const at = plugin.send(line);
      listener.asked?.(line, at);
    }).finally(() => this.#sessions.delete(id));
  }

  #deliver(line: string, message: PluginMessage, at: number): void {
    const session = this.#sessions.get(message.session_id ?? "");
    session?.listener.answered?.(line, message, at);
    if (message.data?.type === "end") session?.end();
  }
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** Bytes, where the system has `/proc`. */
function memoryOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

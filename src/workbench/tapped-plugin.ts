/**
 * The packaged plugin, launched as the daemon launches it, with a tap on its wire.
 *
 * Dify's lines come by the plugin's output, what goes over HTTP by the tap's socket. The tap tells when lines
 * are written, so that both become one sequence in the order in which things happened in the plugin.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { launchPackage } from "../host/launch.ts";
import { parseMessage, type PluginMessage, type PluginProcess } from "../host/plugin-process.ts";
import { now } from "./clock.ts";
import { TapReader, type TapEvent } from "./tap-events.ts";

/** Times are microseconds of the common clock. */
export interface PluginListener {
  http(event: Exclude<TapEvent, { event: "lines" }>): void;
  line(line: string, message: PluginMessage, at: number): void;
  log(text: string, at: number): void;
}

/** Milliseconds a plugin that was told to stop has for it. */
const GRACE = 2_000;

interface Line {
  readonly line: string;
  readonly cameAt: number;
}

export class TappedPlugin {
  readonly ready: Promise<void>;
  readonly exited: Promise<number | null>;
  readonly #process: PluginProcess;
  readonly #listener: PluginListener;
  /** What the tap told, until the lines before it are read. */
  #told: TapEvent[] = [];
  /** Lines that are read, until the tap tells when they were written. */
  #lines: Line[] = [];
  #isTapped = true;

  private constructor(folder: string, tapFile: string, server: Server, listener: PluginListener) {
    this.#listener = listener;
    const reader = new TapReader();
    server.once("connection", (socket) => {
      server.close();
      socket.on("data", (bytes) => {
        this.#told.push(...reader.push(bytes));
        this.#deliver();
      });
      socket.once("close", () => this.#untap());
      socket.on("error", () => undefined);
    });
    this.#process = launchPackage(folder, {
      node: process.execPath,
      env: { NODE_OPTIONS: `--require ${JSON.stringify(tapFile)}` },
      onLine: (line) => {
        this.#lines.push({ line, cameAt: now() });
        this.#deliver();
      },
      onLog: (text) => listener.log(text, now()),
    });
    this.ready = this.#process.ready;
    this.exited = this.#process.exited.finally(() => {
      server.close();
      this.#untap();
    });
  }

  /**
   * @param folder where the package is extracted
   * @param tap the bytes of `wire-tap.cjs`
   * @param place an empty folder for the tap and its socket
   */
  static async launch(
    folder: string,
    tap: Uint8Array,
    place: string,
    listener: PluginListener,
  ): Promise<TappedPlugin> {
    await mkdir(place, { recursive: true });
    const tapFile = join(place, "wire-tap.cjs");
    await writeFile(tapFile, tap);
    const server = createServer().listen(join(place, "wire.sock"));
    await once(server, "listening");
    return new TappedPlugin(folder, tapFile, server, listener);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Writes one line. Returns when. */
  send(line: string): number {
    const at = now();
    this.#process.send(line);
    return at;
  }

  /** Ends it: what it has under way is cut off. */
  async stop(): Promise<void> {
    this.#process.terminate();
    const timer = setTimeout(() => this.#process.kill(), GRACE);
    await this.exited;
    clearTimeout(timer);
  }

  /** In the plugin's order, as far as both sides have come. */
  #deliver(): void {
    for (;;) {
      const [event] = this.#told;
      if (!event) break;
      if (event.event !== "lines") this.#listener.http(event);
      else if (!this.#deliverLines(event.count, event.at)) break;
      this.#told.shift();
    }
    if (this.#isTapped) return;
    for (const { line, cameAt } of this.#lines.splice(0)) this.#tell(line, cameAt);
  }

  /** Lines that were written together; false while some are still to be read. */
  #deliverLines(count: number, at: number): boolean {
    if (this.#lines.length < count && this.#isTapped) return false;
    for (const { line } of this.#lines.splice(0, count)) this.#tell(line, at);
    return true;
  }

  #tell(line: string, at: number): void {
    const message = parseMessage(line);
    if (message) this.#listener.line(line, message, at);
  }

  /** The process is gone, or its tap: a line was written when it is read. */
  #untap(): void {
    this.#isTapped = false;
    this.#deliver();
  }
}

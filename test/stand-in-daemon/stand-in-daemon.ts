/**
 * Stands in for the plugin daemon, and for Dify behind it: launches a package, asks it things, and rejects
 * what one of the two would reject. Every broken rule is a complaint; `close` throws when there are any.
 */
import { randomUUID } from "node:crypto";
import { launchPackage } from "../../src/host/launch.ts";
import { PluginGone, type PluginProcess } from "../../src/host/plugin-process.ts";
import { LineChecker } from "./check-line.ts";
import type { Link } from "./link.ts";
import { OpenCalls, type Reply } from "./open-calls.ts";
import { requestLine } from "./request-line.ts";

export type { Reply };

/** A real daemon waits for 120 s; a test would be over by then. */
const READY_MS = 20_000;
const EXIT_MS = 20_000;
const SHOWN_COMPLAINTS = 20;

export class StandInDaemon implements Link {
  readonly plugin: PluginProcess;
  /** What the plugin wrote to stderr. */
  readonly log: string[] = [];
  readonly #checker = new LineChecker();
  readonly #calls = new OpenCalls();
  #killed = false;
  #gone: PluginGone | undefined;

  private constructor(folder: string, node: string, env: Record<string, string>) {
    this.plugin = launchPackage(folder, {
      node,
      env,
      onLine: (line) => this.#calls.deliver(this.#checker.wrote(line)),
      onLog: (line) => {
        this.#checker.logged(line);
        this.log.push(line);
      },
    });
    // Whatever is sent passes here, `plugin.call` included, so that the checker knows every session.
    const send = this.plugin.send.bind(this.plugin);
    this.plugin.send = (line) => {
      for (const part of line.split("\n")) this.#checker.sent(part);
      send(line);
    };
    const ended = (code: number | null): void => this.#ended(code);
    this.plugin.exited.then(ended, () => ended(null)).catch(() => undefined);
  }

  /** Starts the extracted package in `folder` and waits for its first heartbeat. */
  static async launch(
    folder: string,
    { node = process.execPath, env = {} }: { node?: string; env?: Record<string, string> } = {},
  ): Promise<StandInDaemon> {
    const daemon = new StandInDaemon(folder, node, env);
    const ready = daemon.plugin.ready.then(() => true);
    if (await within(READY_MS, ready)) return daemon;
    daemon.kill();
    throw daemon.#failure("no heartbeat came");
  }

  /** Every rule the plugin broke so far, each once: `trap 5: invoke_llm: ...`. */
  get complaints(): string[] {
    return this.#checker.complaints;
  }

  /** Text that no line of the plugin's may contain: every `api_key` sent, and what a test adds. */
  get secrets(): string[] {
    return this.#checker.secrets;
  }

  /** Asks one thing. @throws PluginGone only; an error of the plugin's is a reply */
  call(
    data: { action: string } & Record<string, unknown>,
    // Each caller knows the pieces of its own action.
    // oxlint-disable-next-line typescript/no-explicit-any
    onPiece: (piece: any) => void = () => undefined,
  ): Promise<Reply> {
    if (this.#gone) return Promise.reject(this.#gone);
    const session = randomUUID();
    const reply = this.#calls.open(session, onPiece);
    this.sendLine(requestLine(session, data));
    return reply;
  }

  /** Writes a line as it is, however malformed. */
  sendLine(line: string): void {
    this.plugin.send(line);
  }

  /** Ends the plugin's input and waits for its exit. @throws Error that lists the complaints */
  async close(): Promise<void> {
    this.plugin.endInput();
    const exited = this.plugin.exited.then((code) => ({ code }));
    const exit = await within(EXIT_MS, exited);
    if (!exit) {
      this.kill();
      throw this.#failure(`the plugin still ran ${EXIT_MS / 1000} s after its input had ended`);
    }
    if (exit.code !== 0 && !this.#killed) throw this.#failure(`the plugin ended with code ${exit.code}`);
    if (this.complaints.length > 0) throw this.#failure("the plugin broke rules");
  }

  /** Ends the plugin as the daemon does: at once. Its open requests are no complaint. */
  kill(): void {
    this.#killed = true;
    this.plugin.kill();
  }

  #ended(code: number | null): void {
    this.#gone = new PluginGone(`the plugin ended with code ${code}: ${this.log.slice(-3).join(" | ")}`);
    if (!this.#killed) this.#checker.ended();
    this.#calls.rejectAll(this.#gone);
  }

  #failure(what: string): Error {
    const shown = this.complaints.slice(0, SHOWN_COMPLAINTS);
    const hidden = this.complaints.length - shown.length;
    if (hidden > 0) shown.push(`and ${hidden} more`);
    return new Error([what, ...shown, ...this.log.slice(-5).map((line) => `stderr: ${line}`)].join("\n  "));
  }
}

/** Undefined when the time is up first. */
async function within<T>(milliseconds: number, result: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  try {
    return await Promise.race([result, promise]);
  } finally {
    clearTimeout(timer);
  }
}

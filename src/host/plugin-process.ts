/**
 * The daemon's side of the conversation: starts a plugin as a child process and asks it things.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { LineBuffer, lineText } from "../runtime/lines.ts";

export interface PluginCommand {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** One line of the plugin's, parsed. */
export interface PluginMessage {
  event: string;
  session_id?: string | null;
  data?: { type?: string; data?: unknown } | null;
}

export interface PluginObserver {
  /** Every line on stdout, as it is. */
  onLine?(line: string): void;
  /** Every line on stderr. */
  onLog?(line: string): void;
}

/** The plugin answered with an error. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }

  /** @param data of a line that tells an error */
  static from(data: unknown): PluginError {
    const { error_type, message } = data as { error_type: string; message: string };
    return new PluginError(error_type, message);
  }
}

/** The plugin's process ended, or never became ready. */
export class PluginGone extends Error {
  override readonly name = "PluginGone";
}

/** The line by which a daemon asks. */
export function requestLine(id: string, data: object): string {
  return JSON.stringify({
    session_id: id,
    conversation_id: null,
    message_id: null,
    app_id: null,
    endpoint_id: null,
    context: null,
    event: "request",
    data: { type: "model", user_id: "unknown", ...data },
  });
}

interface Call {
  pieces: unknown[];
  onPiece: (piece: unknown) => void;
  resolve(pieces: unknown[]): void;
  reject(error: Error): void;
}

export class PluginProcess {
  readonly ready: Promise<void>;
  /** The code the process ended with; null after a signal. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #calls = new Map<string, Call>();
  readonly #observer: PluginObserver;
  readonly #errors: string[] = [];

  constructor({ command, args, cwd, env }: PluginCommand, observer: PluginObserver = {}) {
    this.#observer = observer;
    this.#child = spawn(command, args, { cwd, env: { ...env } });
    // A plugin that is gone reads no requests; its exit tells.
    this.#child.stdin.on("error", () => undefined);
    const beat = Promise.withResolvers<void>();
    this.ready = beat.promise;
    this.ready.catch(() => undefined);
    this.#readLines((line) => {
      observer.onLine?.(line);
      const message = parseMessage(line);
      if (message?.event === "heartbeat") beat.resolve();
      if (message?.event === "session") this.#deliver(message);
    });
    this.exited = new Promise<number | null>((resolve) => this.#child.once("close", resolve)).then((code) => {
      const gone = new PluginGone(
        `the plugin ended with code ${code}: ${this.#errors.slice(-3).join(" | ")}`,
      );
      beat.reject(gone);
      for (const call of this.#calls.values()) call.reject(gone);
      this.#calls.clear();
      return code;
    });
    this.#child.once("error", (error) => beat.reject(new PluginGone(error.message)));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends one request and gathers the pieces of its answer. @throws PluginError, PluginGone */
  call(data: object, onPiece: (piece: unknown) => void = () => undefined): Promise<unknown[]> {
    const id = randomUUID();
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { pieces: [], onPiece, resolve, reject });
      this.send(requestLine(id, data));
    });
  }

  /** Writes one line to the plugin. */
  send(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Ends the plugin's input: it finishes its work and exits. */
  endInput(): void {
    this.#child.stdin.end();
  }

  /** Tells it to give up on what it is doing, and to exit. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  /** Stops reading what the plugin writes, as a daemon does whose own reader is slow. */
  pauseReading(): void {
    this.#child.stdout.pause();
  }

  resumeReading(): void {
    this.#child.stdout.resume();
  }

  #readLines(onLine: (line: string) => void): void {
    eachLine(this.#child.stdout, onLine);
    eachLine(this.#child.stderr, (line) => {
      this.#errors.push(line);
      this.#observer.onLog?.(line);
    });
  }

  #deliver({ session_id, data }: PluginMessage): void {
    const call = this.#calls.get(session_id ?? "");
    if (!call || !data) return;
    if (data.type === "stream") {
      call.pieces.push(data.data);
      call.onPiece(data.data);
      return;
    }
    this.#calls.delete(session_id ?? "");
    if (data.type === "error") call.reject(PluginError.from(data.data));
    else call.resolve(call.pieces);
  }
}

function eachLine(stream: Readable, onLine: (line: string) => void): void {
  const lines = new LineBuffer();
  stream.on("data", (bytes: Buffer) => {
    for (const line of lines.push(bytes)) onLine(lineText(line));
  });
  stream.once("end", () => {
    const rest = lines.rest();
    if (rest.length > 0) onLine(lineText(rest));
  });
}

export function parseMessage(line: string): PluginMessage | undefined {
  try {
    return JSON.parse(line) as PluginMessage;
  } catch {
    return undefined;
  }
}

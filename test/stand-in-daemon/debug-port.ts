/**
 * Stands in for the daemon's debug port: takes one plugin after the other, checks how it registers, then asks
 * it things over the connection.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { LineBuffer, lineText } from "../../src/runtime/lines.ts";
import { RegistrationChecker, type Registered } from "./check-registration.ts";
import { LineChecker } from "./check-line.ts";
import type { Link } from "./link.ts";
import { OpenCalls, type Reply } from "./open-calls.ts";
import { assertGoodEnd, PluginCommandProcess, type PluginCommand } from "./plugin-command.ts";
import { requestLine } from "./request-line.ts";

export class StandInDebugPort implements Link {
  readonly plugin: PluginCommandProcess;
  readonly #server: Server;
  readonly #calls = new OpenCalls();
  readonly #complaints: string[] = [];
  #checker = new LineChecker();
  #socket: Socket | undefined;
  #registered = Promise.withResolvers<Registered>();
  #heartbeats = 0;
  #onHeartbeat: (() => void) | undefined;

  private constructor(server: Server, command: (env: Record<string, string>) => PluginCommand, key: string) {
    this.#server = server;
    const { port } = server.address() as AddressInfo;
    server.on("connection", (socket) => this.#accept(socket));
    this.plugin = new PluginCommandProcess(
      command({ INSTALL_METHOD: "remote", REMOTE_INSTALL_URL: `127.0.0.1:${port}`, REMOTE_INSTALL_KEY: key }),
    );
    void this.plugin.exited.then(() =>
      this.#registered.reject(new Error(`the plugin ended: ${this.plugin.log.join(" | ")}`)),
    );
    this.#registered.promise.catch(() => undefined);
  }

  /** Starts a plugin with a key, which is good unless another is given, and waits until it has registered. */
  static async launch(
    command: (env: Record<string, string>) => PluginCommand,
    key = GOOD_KEY,
  ): Promise<StandInDebugPort> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const port = new StandInDebugPort(server, command, key);
    if (key === GOOD_KEY) await port.registered();
    return port;
  }

  get complaints(): string[] {
    return [...this.#complaints, ...this.#checker.complaints];
  }

  get log(): string[] {
    return this.plugin.log;
  }

  /** What the plugin told of itself over the connection there is. */
  registered(): Promise<Registered> {
    return this.#registered.promise;
  }

  call(
    data: { action: string } & Record<string, unknown>,
    onPiece?: (piece: unknown) => void,
  ): Promise<Reply> {
    const session = randomUUID();
    const reply = this.#calls.open(session, onPiece);
    this.sendLine(requestLine(session, data));
    return reply;
  }

  sendLine(line: string): void {
    this.#checker.sent(line);
    this.#socket?.write(`${line}\n`);
  }

  /** Resolves when the connection has brought so many heartbeats. */
  async heartbeats(count: number): Promise<void> {
    while (this.#heartbeats < count) {
      // oxlint-disable-next-line no-await-in-loop
      await new Promise<void>((resolve) => (this.#onHeartbeat = resolve));
    }
  }

  /** What the plugin will tell of itself over the next connection. */
  nextRegistration(): Promise<Registered> {
    this.#registered = Promise.withResolvers<Registered>();
    return this.#registered.promise;
  }

  /** Breaks the connection, as a daemon that restarts does; resolves when the plugin has registered again. */
  async cut(): Promise<Registered> {
    const again = this.nextRegistration();
    this.#socket?.destroy();
    return again;
  }

  async close(): Promise<void> {
    this.plugin.child.kill("SIGTERM");
    const code = await this.plugin.exited;
    this.#server.close();
    assertGoodEnd(code, this.complaints, this.log);
  }

  kill(): void {
    this.plugin.child.kill("SIGKILL");
    this.#socket?.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#socket = socket;
    this.#complaints.push(...this.#checker.complaints);
    this.#checker = new LineChecker();
    const registration = new RegistrationChecker(GOOD_KEY);
    const lines = new LineBuffer();
    socket.on("error", () => undefined);
    socket.on("close", () => this.#calls.rejectAll(new Error("the connection closed")));
    socket.on("data", (bytes: Buffer) => {
      for (const line of lines.push(bytes)) this.#take(lineText(line), registration, socket);
    });
  }

  #take(line: string, registration: RegistrationChecker, socket: Socket): void {
    if (registration.done) {
      if (line.startsWith('{"event":"heartbeat"')) {
        this.#heartbeats += 1;
        this.#onHeartbeat?.();
      }
      this.#calls.deliver(this.#checker.wrote(line));
      return;
    }
    const refusal = registration.take(line);
    if (refusal !== undefined) socket.end(`${refusal}\n`);
    if (!registration.done) return;
    this.#complaints.push(...registration.complaints);
    this.#registered.resolve(registration.registered);
  }
}

export const GOOD_KEY = "6e3c1f56-5dbb-4c6f-9f0e-3f0f9c3b5a11";

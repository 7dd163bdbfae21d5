/**
 * Stands in for a daemon of PLATFORM=serverless: one POST a request, read as the daemon reads it. Several
 * instances of the plugin may stand behind it; they take turns.
 */
import { randomUUID } from "node:crypto";
import { LineBuffer, lineText } from "../../src/runtime/lines.ts";
import { LineChecker } from "./check-line.ts";
import type { Link } from "./link.ts";
import { OpenCalls, type Reply } from "./open-calls.ts";
import { assertGoodEnd, PluginCommandProcess, type PluginCommand } from "./plugin-command.ts";
import { requestLine } from "./request-line.ts";

/** MAX_SERVERLESS_REQUEST_BYTES, as the daemon has it when nobody says otherwise. */
export const MAX_REQUEST_BYTES = 5_242_880;

export class StandInServerless implements Link {
  readonly plugins: readonly PluginCommandProcess[];
  readonly origins: readonly string[];
  readonly #calls = new OpenCalls();
  readonly #checker = new LineChecker();
  readonly #complaints: string[] = [];
  #turn = 0;

  private constructor(plugins: PluginCommandProcess[], origins: string[]) {
    this.plugins = plugins;
    this.origins = origins;
    // Over HTTP no heartbeat is due, and the checker waits for one.
    this.#checker.wrote('{"event":"heartbeat","session_id":null,"data":{}}');
  }

  /** Starts instances on free ports and waits until each serves. */
  static async launch(
    command: (env: Record<string, string>) => PluginCommand,
    instances = 1,
  ): Promise<StandInServerless> {
    const env = { INSTALL_METHOD: "serverless", SERVERLESS_HOST: "127.0.0.1", SERVERLESS_PORT: "0" };
    const plugins = Array.from({ length: instances }, () => new PluginCommandProcess(command(env)));
    const origins = await Promise.all(
      plugins.map(async (plugin) => {
        const [, port] = await plugin.line(/serving on 127\.0\.0\.1:(\d+)/);
        return `http://127.0.0.1:${port}`;
      }),
    );
    return new StandInServerless(plugins, origins);
  }

  get complaints(): string[] {
    return [...this.#complaints, ...this.#checker.complaints];
  }

  get log(): string[] {
    return this.plugins.flatMap(({ log }) => log);
  }

  /** @param signal gives the request up, as a daemon does whose own client is gone */
  async call(
    data: { action: string } & Record<string, unknown>,
    onPiece?: (piece: unknown) => void,
    signal?: AbortSignal,
  ): Promise<Reply> {
    const session = randomUUID();
    const body = requestLine(session, data);
    if (Buffer.byteLength(body) > MAX_REQUEST_BYTES) throw new Error("ServerlessPayloadTooLarge");
    const origin = this.origins[this.#turn++ % this.origins.length] ?? "";
    this.#checker.sent(body);
    const reply = this.#calls.open(session, onPiece);
    try {
      const response = await fetch(`${origin}/invoke?action=${data.action}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "text/event-stream",
          "dify-plugin-session-id": session,
        },
        body,
        ...(signal && { signal }),
      });
      if (!response.ok || !response.body)
        throw new Error(`HTTP ${response.status}: ${await response.text()}`);
      await this.#read(response.body, session);
    } catch (error) {
      this.#calls.reject(session, error instanceof Error ? error : new Error(String(error)));
    }
    return reply;
  }

  async close(): Promise<void> {
    for (const { child } of this.plugins) child.kill("SIGTERM");
    for (const { exited } of this.plugins) {
      // oxlint-disable-next-line no-await-in-loop
      assertGoodEnd(await exited, this.complaints, this.log);
    }
  }

  kill(): void {
    for (const { child } of this.plugins) child.kill("SIGKILL");
  }

  async #read(body: ReadableStream<Uint8Array>, session: string): Promise<void> {
    const lines = new LineBuffer();
    for await (const bytes of body) {
      for (const line of lines.push(Buffer.from(bytes))) this.#take(lineText(line), session);
    }
    if (this.#calls.has(session)) {
      this.#complaints.push("section 8.2: the response ended without a terminal");
      this.#calls.reject(session, new Error("the response ended without a terminal"));
    }
  }

  #take(line: string, session: string): void {
    const { errorType, session_id: id } = JSON.parse(line) as { errorType?: string; session_id?: string };
    if (errorType)
      this.#complaints.push("trap 46: a line with errorType is taken for an error of the platform");
    if (id !== session) this.#complaints.push("section 8.2: a line of another session");
    this.#calls.deliver(this.#checker.wrote(line));
  }
}

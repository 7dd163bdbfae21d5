/**
 * An OpenAI-compatible HTTP server on loopback with no model behind it.
 *
 * It really computes: sums, tool calls filled from a question, vectors that lie near for similar texts,
 * speech that its own transcription reads back. Every response says in a header that it is a demo.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createDemoApp } from "./app.ts";
import type { FaultName } from "./faults/faults.ts";

export interface DemoEndpoint {
  /** `http://127.0.0.1:PORT/v1`: what an OpenAI client takes as its base URL. */
  readonly url: string;
  /** The faults that are switched on; add and delete at any time. */
  readonly faults: Set<FaultName>;
  /** Ends open connections as well; later calls wait for the same end. */
  close(): Promise<void>;
}

export interface DemoEndpointOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** When set, other keys are refused with 401. */
  readonly apiKey?: string;
  /** Faults that are switched on from the start. */
  readonly faults?: Iterable<FaultName>;
}

/** Rejects when the port is taken. */
export async function startDemoEndpoint(options: DemoEndpointOptions = {}): Promise<DemoEndpoint> {
  const faults = new Set(options.faults);
  const app = createDemoApp(options.apiKey, faults);
  // Embedded: the listener must not swap the global Request and Response of the whole process.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response));
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  // A server that listens on TCP has one; only pipes and closed servers differ.
  if (address === null || typeof address === "string") throw new Error("The demo endpoint has no port.");
  let closed: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    faults,
    close: () => (closed ??= closeServer(server)),
  };
}

async function closeServer(server: Server): Promise<void> {
  const end = once(server, "close");
  server.close();
  server.closeAllConnections();
  await end;
}

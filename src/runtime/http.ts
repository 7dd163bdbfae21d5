/**
 * A plugin behind an address: one POST a request, as a daemon of PLATFORM=serverless sends it.
 *
 * Nothing is kept between two requests, so that any number of processes may stand behind one address.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelProvider } from "../dify/models.ts";
import { Dispatcher, type DispatcherOptions } from "./dispatcher.ts";
import { guardProcess } from "./guard-process.ts";
import { log } from "./log.ts";
import { aborted, stopSignal } from "./stop-signal.ts";
import { StreamTransport } from "./stream-transport.ts";

/** The daemon sends 5 MiB at most unless it is told otherwise (MAX_SERVERLESS_REQUEST_BYTES). */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The daemon keeps an idle connection for 120 s: who closes earlier loses the request that is on its way. */
const KEEP_ALIVE_MS = 125_000;

/**
 * Serves a plugin until the process is told to stop; requests in flight are answered first.
 *
 * `SERVERLESS_HOST` (0.0.0.0) and `SERVERLESS_PORT` (8080) say where, 0 takes a free port.
 */
export async function runHttp(loadProvider: () => Promise<ModelProvider>): Promise<void> {
  guardProcess();
  const stop = stopSignal();
  const server = createServer(requestListener({ provider: await loadProvider(), log }));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const { SERVERLESS_HOST: host = "0.0.0.0", SERVERLESS_PORT: port = "8080" } = process.env;
  if (!/^\d{1,5}$/.test(port)) throw new Error(`SERVERLESS_PORT is a port, not "${port}".`);
  server.listen({ host, port: Number(port) });
  await once(server, "listening");
  log(`serving on ${host}:${(server.address() as AddressInfo).port}`);
  await aborted(stop);
  const closed = once(server, "close");
  server.close();
  // A connection that was busy just now would otherwise be kept for a next request.
  const closing = setInterval(() => server.closeIdleConnections(), 100);
  await closed;
  clearInterval(closing);
}

/**
 * Answers `POST /invoke` and `GET /health`, also below a prefix. A request that the daemon gives up is
 * given up here as well, which neither of the other ways to reach a plugin can tell.
 */
export function requestListener(options: Omit<DispatcherOptions, "transport">): RequestListener {
  return (request, response) => {
    const path = (request.url ?? "").split("?", 1)[0] ?? "";
    if (path.endsWith("/health")) response.end("OK");
    else if (!path.endsWith("/invoke")) refuse(response, 404, "NotFound", "There are /invoke and /health.");
    else if (request.method !== "POST") refuse(response, 405, "MethodNotAllowed", "/invoke takes a POST.");
    else void invoke(request, response, options);
  };
}

async function invoke(
  request: IncomingMessage,
  response: ServerResponse,
  options: Omit<DispatcherOptions, "transport">,
): Promise<void> {
  const body = await readBody(request);
  if (body === "too large") {
    return refuse(response, 413, "RequestTooLarge", `The body exceeds ${MAX_BODY_BYTES} bytes.`);
  }
  if (body === "broken off") return;
  const transport = new StreamTransport(request, response);
  const dispatcher = new Dispatcher({ ...options, transport });
  response.once("close", () => dispatcher.abort());
  if (!dispatcher.handle(body)) {
    return refuse(response, 400, "InvalidRequest", "The body is no request of the plugin daemon's.");
  }
  // It is lines and no event stream, but under this name proxies pass every piece on at once.
  response.setHeader("content-type", "text/event-stream");
  response.setHeader("cache-control", "no-cache");
  await dispatcher.idle();
  await transport.flushed();
  response.end();
}

async function readBody(request: IncomingMessage): Promise<Buffer[] | "too large" | "broken off"> {
  if (Number(request.headers["content-length"]) > MAX_BODY_BYTES) return "too large";
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Not destroyed when too large: the refusal is yet to be sent.
    const reader = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of reader) {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return "too large";
      chunks.push(chunk);
    }
  } catch {
    return "broken off";
  }
  return chunks;
}

/** The daemon shows both fields of a reply that is not 2xx. */
function refuse(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ errorType, errorMessage }));
}

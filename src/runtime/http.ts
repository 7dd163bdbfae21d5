/**
 * A plugin behind an address: one POST a request, as a daemon of PLATFORM=serverless sends it.
 *
 * Nothing is kept between two requests, so that any number of processes may stand behind one address.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ModelProvider } from "../dify/models.ts";
import { Dispatcher, readEnvelope, type DispatcherOptions } from "./dispatcher.ts";
import { guardProcess } from "./guard-process.ts";
import { LineWriter } from "./line-writer.ts";
import { log } from "./log.ts";
import { readPort } from "./port.ts";
import { LINES_HEAD, NO_REQUEST, refusal, replyAtOnce, type Reply } from "./routes.ts";
import { aborted, stopSignal } from "./stop-signal.ts";

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
  const { SERVERLESS_HOST: host = "0.0.0.0", SERVERLESS_PORT: wanted = "8080" } = process.env;
  const port = readPort(wanted);
  if (port === undefined) throw new Error(`SERVERLESS_PORT is a port, not "${wanted}".`);
  server.listen({ host, port });
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
export function requestListener(options: Omit<DispatcherOptions, "output">): RequestListener {
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const reply = replyAtOnce(request.method ?? "", path);
    if (reply) send(response, reply);
    else void invoke(request, response, options);
  };
}

async function invoke(
  request: IncomingMessage,
  response: ServerResponse,
  options: Omit<DispatcherOptions, "output">,
): Promise<void> {
  const body = await readBody(request);
  if (body === "too large") {
    return send(response, refusal(413, "RequestTooLarge", `The body exceeds ${MAX_BODY_BYTES} bytes.`));
  }
  if (body === "broken off") return;
  const envelope = readEnvelope(body);
  if (!envelope) return send(response, NO_REQUEST);
  response.writeHead(LINES_HEAD.status, LINES_HEAD.headers);
  const output = new LineWriter(response);
  const dispatcher = new Dispatcher({ ...options, output });
  response.once("close", () => dispatcher.abort());
  dispatcher.begin(envelope);
  await dispatcher.idle();
  await output.flushed();
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

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  // What is left of a refused body is not read.
  response.writeHead(status, status < 400 ? headers : { ...headers, connection: "close" });
  response.end(body);
}

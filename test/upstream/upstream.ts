/**
 * A real HTTP server that a test scripts: it records every request and answers with exactly the bytes it
 * is told to.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import type { AddressInfo } from "node:net";

export interface RecordedRequest {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export type Handler = (request: RecordedRequest, response: ServerResponse) => void | Promise<void>;

export class Upstream {
  readonly requests: RecordedRequest[] = [];
  /** What the next requests are answered with. */
  handler: Handler = answer("no handler was set", 500);
  readonly #server: Server;
  readonly #scheme: "http" | "https";

  private constructor(scheme: "http" | "https", certificate: Certificate) {
    const listener = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#handle(request, response);
    this.#scheme = scheme;
    this.#server =
      scheme === "http" ? createServer(listener) : createTlsServer(tlsOptions(certificate), listener);
  }

  /** With https, its certificate is signed by the authority `CA_CERTIFICATE` alone, or by nobody. */
  static async start(
    scheme: "http" | "https" = "http",
    certificate: Certificate = "server",
  ): Promise<Upstream> {
    const upstream = new Upstream(scheme, certificate);
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    return upstream;
  }

  /** Such as `http://127.0.0.1:PORT`, without a path. */
  get origin(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get lastRequest(): RecordedRequest | undefined {
    return this.requests.at(-1);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const recorded = {
      method: request.method ?? "",
      path: request.url ?? "",
      headers: request.headers,
      body: Buffer.concat(pieces),
    };
    this.requests.push(recorded);
    await this.handler(recorded, response);
  }
}

/** All are for localhost and 127.0.0.1; the last two are their own authorities. */
export type Certificate = "server" | "self-signed" | "expired";

export const tlsFile = (name: string): string => readFileSync(join(import.meta.dirname, "tls", name), "utf8");

/** An authority nobody knows; it signed a certificate for localhost and 127.0.0.1, both for a hundred years. */
export const CA_CERTIFICATE = tlsFile("ca.pem");

function tlsOptions(certificate: Certificate): { cert: string; key: string } {
  return { cert: tlsFile(`${certificate}.pem`), key: tlsFile("server.key") };
}

/** Answers with one body. */
export function answer(
  body: string | Buffer | object,
  status = 200,
  headers: Record<string, string> = {},
): Handler {
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  };
}

/** Answers with an event stream; strings are written as they are, objects as one `data:` event each. */
export function answerEvents(events: readonly (string | object)[]): Handler {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of events) {
      response.write(typeof event === "string" ? event : `data: ${JSON.stringify(event)}\n\n`);
    }
    response.end();
  };
}

/** A forward proxy as companies have them: tunnels by CONNECT, passes plain requests on. */
import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import { connect, type AddressInfo } from "node:net";
import type { Upstream } from "./upstream.ts";

export interface ForwardProxy {
  url: string;
  /** `CONNECT host:port` and `POST http://…`, in order. */
  seen: string[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** `user:password` it demands. */
  login?: string;
  /** The server that stands in for every host, by scheme; otherwise hosts are what they say. */
  standIn?: { plain: Upstream; secure: Upstream };
}

export async function startProxy({ login, standIn }: ProxyOptions = {}): Promise<ForwardProxy> {
  const seen: string[] = [];
  const admits = (header: string | undefined): boolean =>
    login === undefined || header === `Basic ${Buffer.from(login).toString("base64")}`;
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (!admits(incoming.headers["proxy-authorization"])) return void outgoing.writeHead(407).end();
    const target = new URL(incoming.url ?? "");
    const url = standIn ? new URL(target.pathname + target.search, standIn.plain.origin) : target;
    const onward = forward(url, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on("connect", (request, client, head) => {
    seen.push(`CONNECT ${request.url}`);
    if (!admits(request.headers["proxy-authorization"])) {
      return void client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    }
    const place = standIn ? new URL(standIn.secure.origin).host : request.url;
    const [host = "", port] = (place ?? "").split(":");
    const upstream = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.destroy());
    client.on("error", () => upstream.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${login === undefined ? "" : `${login}@`}127.0.0.1:${port}`,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

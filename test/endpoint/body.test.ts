import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { readBody } from "../../src/endpoint/body.ts";
import { send } from "../../src/endpoint/http.ts";

const HEAD = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;
const IDLE_MS = 100;

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function answerOf(onRequest: (socket: Socket) => void) {
  const server = createServer((socket) => socket.once("data", () => onRequest(socket)));
  closing.push(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return send(
    { method: "GET", url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, headers: {} },
    { firstByte: 5_000, idle: IDLE_MS, total: 10_000 },
    { connectTimeout: 1_000, proxyUrl: "", caCertificate: "", verifyTls: true },
    new AbortController().signal,
  );
}

test("a reader that pauses gets nothing meanwhile, and may pause for longer than the server", async () => {
  const sockets: Socket[] = [];
  const http = await answerOf((socket) => {
    // In one read with the head, as a fast server's first pieces are.
    socket.write(HEAD + chunk("a") + chunk("b"));
    sockets.push(socket);
  });
  const seen: string[] = [];
  let paused = false;
  const pause = async (): Promise<void> => {
    paused = true;
    sockets[0]?.end(chunk("c") + chunk(""));
    await sleep(IDLE_MS * 4);
    paused = false;
  };
  await readBody(http, { firstByte: 5_000, idle: () => IDLE_MS }, (bytes) => {
    seen.push(`${bytes.toString()}${paused ? " while paused" : ""}`);
    return seen.length === 1 ? pause() : undefined;
  });
  expect(seen).toEqual(["a", "b", "c"]);
});

test("a failure does not wait for a reader that pauses", async () => {
  const http = await answerOf((socket) => {
    socket.write(HEAD + chunk("a"));
    setImmediate(() => socket.resetAndDestroy());
  });
  const endless = new Promise<void>(() => undefined);
  const reading = readBody(http, { firstByte: 5_000, idle: () => 5_000 }, () => endless);
  await expect(reading).rejects.toThrow();
});

/** The way to a server: certificates, proxies, deadlines, and servers that break at every stage. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { startProxy } from "../upstream/proxy.ts";
import { answerEvents, CA_CERTIFICATE, Upstream } from "../upstream/upstream.ts";

const EVENTS = [{ choices: [{ delta: { content: "Hello" }, finish_reason: "stop" }] }, "data: [DONE]\n\n"];

let daemon: StandInDaemon;
let plain: Upstream;
let secure: Upstream;

beforeAll(async () => {
  plain = await Upstream.start();
  secure = await Upstream.start("https");
  daemon = await StandInDaemon.launch(inject("packageFolder"));
  plain.handler = answerEvents(EVENTS);
  secure.handler = answerEvents(EVENTS);
});
afterAll(async () => {
  await daemon.close();
  await plain.close();
  await secure.close();
});
beforeEach(() => {
  plain.requests.length = 0;
  secure.requests.length = 0;
});

function ask(
  endpoint_url: string,
  credentials: Record<string, string> = {},
  { host = daemon, question = "hi" } = {},
) {
  return host.call({
    action: "invoke_llm",
    provider: "openai_compatible",
    model: "m-1",
    model_type: "llm",
    credentials: { endpoint_url, api_key: "sk-secret", ...credentials },
    prompt_messages: [{ role: "user", content: question }],
    stream: true,
  });
}

describe("certificates", () => {
  test("of an unknown authority are refused, and the field is named", async () => {
    const { error } = await ask(secure.origin);
    expect(error?.type).toBe("InvokeConnectionError");
    expect(error?.message).toMatch(/certificate.*"CA certificate"/);
    expect(secure.requests).toEqual([]);
  });

  test.each([
    ["as it is", CA_CERTIFICATE],
    ["with its line breaks turned into blanks", CA_CERTIFICATE.replaceAll("\n", " ")],
    ["with its line breaks written out", CA_CERTIFICATE.replaceAll("\n", "\\n")],
  ])("of an authority in the form are accepted, %s", async (_form, ca_certificate) => {
    expect((await ask(secure.origin, { ca_certificate })).error).toBeUndefined();
  });

  test("are not looked at when the form says so", async () => {
    expect((await ask(secure.origin, { tls_verify: "off" })).error).toBeUndefined();
  });

  test("of an authority the environment names are accepted, besides one in the form", async () => {
    const NODE_EXTRA_CA_CERTS = join(import.meta.dirname, "../upstream/tls/ca.pem");
    const other = await StandInDaemon.launch(inject("packageFolder"), { env: { NODE_EXTRA_CA_CERTS } });
    expect((await ask(secure.origin, {}, { host: other })).error).toBeUndefined();
    const ca_certificate = readFileSync(join(import.meta.dirname, "../upstream/tls/other-ca.pem"), "utf8");
    expect((await ask(secure.origin, { ca_certificate }, { host: other })).error).toBeUndefined();
    await other.close();
  });

  test("that are none do not pass validation", async () => {
    const reply = await daemon.call({
      action: "validate_model_credentials",
      provider: "openai_compatible",
      model: "m-1",
      model_type: "llm",
      credentials: {
        endpoint_url: plain.origin,
        ca_certificate: "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----",
      },
    });
    expect(reply.error?.message).toContain("CA certificate");
  });
});

describe("a proxy", () => {
  test("of the form is used for both schemes", async () => {
    const proxy = await startProxy();
    const credentials = { proxy_url: proxy.url, ca_certificate: CA_CERTIFICATE };
    expect((await ask(plain.origin, credentials)).error).toBeUndefined();
    expect((await ask(secure.origin, credentials)).error).toBeUndefined();
    expect(proxy.seen).toEqual([
      `POST ${plain.origin}/v1/chat/completions`,
      `CONNECT ${secure.origin.replace("https://", "")}`,
    ]);
    await proxy.close();
  });

  test("that demands a login gets it", async () => {
    const proxy = await startProxy({ login: "user:pa55" });
    const credentials = { proxy_url: proxy.url, ca_certificate: CA_CERTIFICATE };
    expect((await ask(secure.origin, credentials)).error).toBeUndefined();
    await proxy.close();
  });

  test.each(["http", "https"])("that refuses is told from a server that does, over %s", async (scheme) => {
    const proxy = await startProxy({ login: "user:pa55" });
    const url = proxy.url.replace("user:pa55", "user:wr0ng");
    const { error } = await ask(scheme === "http" ? plain.origin : secure.origin, { proxy_url: url });
    expect(error?.type).toBe("InvokeConnectionError");
    expect(error?.message).toContain('"Proxy"');
    expect(error?.message).not.toContain("wr0ng");
    await proxy.close();
  });

  test("that is not there is told from a server that is not", async () => {
    const { error } = await ask(plain.origin, { proxy_url: "http://127.0.0.1:9" });
    expect(error?.message).toContain('"Proxy"');
  });

  test("of the environment is used, but for the hosts it leaves out", async () => {
    const proxy = await startProxy();
    const env = {
      HTTP_PROXY: proxy.url,
      HTTPS_PROXY: proxy.url,
      NO_PROXY: "localhost",
      http_proxy: "",
      https_proxy: "",
      no_proxy: "localhost",
    };
    const other = await StandInDaemon.launch(inject("packageFolder"), {
      env: { ...env, http_proxy: proxy.url, https_proxy: proxy.url },
    });
    expect((await ask(plain.origin, {}, { host: other })).error).toBeUndefined();
    expect(
      (await ask(plain.origin.replace("127.0.0.1", "localhost"), {}, { host: other })).error,
    ).toBeUndefined();
    expect(proxy.seen).toEqual([`POST ${plain.origin}/v1/chat/completions`]);
    await other.close();
    await proxy.close();
  });
});

/** A server that does one thing to every connection, byte by byte. */
async function rawServer(onConnection: (socket: Socket) => void): Promise<{ url: string; server: Server }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    onConnection(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, server };
}

const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const TEXT = `data: ${JSON.stringify({ choices: [{ delta: { content: "Hel" } }] })}\n\n`;
const CHUNK = `${TEXT.length.toString(16)}\r\n${TEXT}\r\n`;

/** Sends a text once the request has come, and then does as told with the connection. */
function after(text: string, then: "reset" | "end" | "stall"): (socket: Socket) => void {
  return (socket) =>
    socket.once("data", () => {
      socket.write(text, () => {
        if (then === "end") socket.end();
        if (then === "reset") socket.resetAndDestroy();
      });
    });
}

describe("a server that", () => {
  const rows: [string, (socket: Socket) => void, RegExp][] = [
    ["resets at once", (socket) => socket.resetAndDestroy(), /cannot be reached/],
    ["resets after the request", after("", "reset"), /cannot be reached/],
    ["ends after the request", after("", "end"), /cannot be reached/],
    ["sends garbage for a head", after("\u0000\u0001garbage\r\n\r\n", "end"), /cannot be reached/],
    ["resets within the head", after("HTTP/1.1 200 O", "reset"), /cannot be reached/],
    ["resets after the head", after(HEAD, "reset"), /broke off/],
    ["ends after the head", after(HEAD, "end"), /broke off/],
    ["resets after a piece of the answer", after(HEAD + CHUNK, "reset"), /broke off/],
    ["ends after a piece of the answer", after(HEAD + CHUNK, "end"), /broke off/],
    ["ends within an event", after(`${HEAD}8\r\ndata: {"\r\n0\r\n\r\n`, "end"), /broke off/],
    ["ends the answer too early", after(`${HEAD}${CHUNK}0\r\n\r\n`, "stall"), /broke off/],
    ["sends a broken chunk", after(`${HEAD}zz\r\n`, "stall"), /broke off/],
    ["says nothing", after("", "stall"), /"First byte timeout"/],
    ["stalls within the head", after("HTTP/1.1 200 O", "stall"), /"First byte timeout"/],
    ["stalls after the head", after(HEAD, "stall"), /"First byte timeout"/],
    ["stalls after a piece of the answer", after(HEAD + CHUNK, "stall"), /"Idle timeout"/],
  ];
  test.each(rows)("%s", async (_name, onConnection, message) => {
    const { url, server } = await rawServer(onConnection);
    const { error } = await ask(url, { first_byte_timeout: "0.4", idle_timeout: "0.4" });
    expect(error?.type).toBe("InvokeConnectionError");
    expect(error?.message).toMatch(message);
    server.close();
  });

  const whole = `data: ${JSON.stringify(EVENTS[0])}\n\n`;
  const piece = `${whole.length.toString(16)}\r\n${whole}\r\n`;
  test.each(["reset", "end", "stall"] as const)(
    "finishes its answer and then does %s takes nothing from it",
    async (then) => {
      const { url, server } = await rawServer(after(HEAD + piece, then));
      const { pieces, error } = await ask(url, { idle_timeout: "0.4" });
      expect(error).toBeUndefined();
      expect(JSON.stringify(pieces)).toContain("Hello");
      server.close();
    },
  );

  test("never ends is cut by the time for a whole call", async () => {
    const { url, server } = await rawServer((socket) => {
      socket.once("data", () => {
        socket.write(HEAD);
        const timer = setInterval(() => socket.write(CHUNK), 50);
        socket.once("close", () => clearInterval(timer));
      });
    });
    const { error } = await ask(url, { request_timeout: "0.5" });
    expect(error?.message).toContain('"Request timeout"');
    server.close();
  });

  test("sends the head at once may think longer than it may pause", async () => {
    const { url, server } = await rawServer((socket) => {
      socket.once("data", () => {
        socket.write(HEAD);
        const event = `data: ${JSON.stringify(EVENTS[0])}\n\n`;
        setTimeout(() => socket.end(`${event.length.toString(16)}\r\n${event}\r\n0\r\n\r\n`), 600);
      });
    });
    expect((await ask(url, { first_byte_timeout: "5", idle_timeout: "0.3" })).error).toBeUndefined();
    server.close();
  });

  test("drops a kept connection is asked again on a new one", async () => {
    let connections = 0;
    const body = `data: ${JSON.stringify(EVENTS[0])}\n\n`;
    const { url, server } = await rawServer((socket) => {
      connections += 1;
      socket.once("data", () => {
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        );
        // The next request finds a connection that is dying.
        socket.once("data", () => socket.resetAndDestroy());
      });
    });
    expect((await ask(url)).error).toBeUndefined();
    expect((await ask(url)).error).toBeUndefined();
    expect(connections).toBe(2);
    server.close();
  });
});

test("an answer that is announced by another head is read", async () => {
  const { url, server } = await rawServer((socket) => {
    socket.once("data", () => {
      const event = `data: ${JSON.stringify(EVENTS[0])}\n\n`;
      const hints = "HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n";
      socket.end(`${hints}${HEAD}${event.length.toString(16)}\r\n${event}\r\n0\r\n\r\n`);
    });
  });
  const { pieces, error } = await ask(url);
  expect(error).toBeUndefined();
  expect(JSON.stringify(pieces)).toContain("Hello");
  server.close();
});

test("many answers at once, over both schemes, stay apart", async () => {
  const upstreams = await Promise.all([Upstream.start("http"), Upstream.start("https")]);
  for (const upstream of upstreams) {
    upstream.handler = async ({ body }, response) => {
      const { messages } = JSON.parse(body.toString()) as { messages: [{ content: string }] };
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (let index = 0; index < 30; index += 1) {
        const content = `${messages[0].content} `.repeat(index * 20);
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);
        // Others are answered in between.
        // oxlint-disable-next-line no-await-in-loop
        await setImmediate();
      }
      response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    };
  }
  const questions = Array.from({ length: 40 }, (_, index) => `question ${index}`);
  const answers = await Promise.all(
    questions.map(async (question, index) => {
      const { origin } = upstreams[index % 2] as Upstream;
      const { pieces, error } = await ask(origin, { tls_verify: "off" }, { question });
      expect(error).toBeUndefined();
      return (pieces as { delta: { message: { content: string } } }[])
        .map(({ delta }) => delta.message.content)
        .join("");
    }),
  );
  const lengths = Array.from({ length: 30 }, (_, index) => index * 20);
  const repeats = lengths.reduce((sum, length) => sum + length, 0);
  expect(answers).toEqual(questions.map((question) => `${question} `.repeat(repeats)));
  await Promise.all(upstreams.map((upstream) => upstream.close()));
});

describe("an answer that is compressed", async () => {
  const zlib = await import("node:zlib");
  const body = Buffer.from(`data: ${JSON.stringify(EVENTS[0])}\n\ndata: [DONE]\n\n`);
  test.each([
    ["gzip", zlib.gzipSync(body)],
    ["deflate", zlib.deflateSync(body)],
    ["br", zlib.brotliCompressSync(body)],
    ["zstd", zlib.zstdCompressSync(body)],
  ])("with %s is read", async (encoding, bytes) => {
    const upstream = await Upstream.start();
    upstream.handler = (_request, response) =>
      void response
        .writeHead(200, { "content-encoding": encoding, "content-type": "text/event-stream" })
        .end(bytes);
    const { pieces, error } = await ask(upstream.origin);
    expect(error).toBeUndefined();
    expect(JSON.stringify(pieces)).toContain("Hello");
    await upstream.close();
  });

  test("and cut is reported", async () => {
    const upstream = await Upstream.start();
    upstream.handler = (_request, response) =>
      void response.writeHead(200, { "content-encoding": "gzip" }).end(zlib.gzipSync(body).subarray(0, 20));
    expect((await ask(upstream.origin)).error?.message).toContain("broke off");
    await upstream.close();
  });
});

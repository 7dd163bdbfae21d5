/** Files that take many reads of the plugin's input: what it sends of them, and who else goes on meanwhile. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { answer, answerEvents } from "../upstream/upstream.ts";
import { daemon, model, upstream } from "./stage.ts";

/** Base64 that nowhere repeats, so that a piece out of place shows. */
function base64(megabytes: number): string {
  const bytes = Buffer.alloc(megabytes * 786_432);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) % 4_294_967_296, at);
  return bytes.toString("base64");
}

const LARGE = base64(1);
const SMALL = "iVBORw0KGgo=";

const text = (data: string) => ({ type: "text", data });
const file = (type: string, base64_data: string, more: object = {}) => ({ type, base64_data, ...more });
const png = (data: string) => file("image", data, { mime_type: "image/png", format: "png" });

const ask = (
  content: object[],
  { credentials = {}, origin = upstream.origin }: { credentials?: object; origin?: string } = {},
  onPiece?: (piece: { delta: { message: { content: string } } }) => void,
) =>
  daemon.call(
    {
      action: "invoke_llm",
      provider: "openai_compatible",
      model,
      model_type: "llm",
      credentials: { endpoint_url: `${origin}/v1`, ...credentials },
      prompt_messages: [{ role: "user", content }],
      stream: true,
    },
    onPiece,
  );

const seen = answerEvents([{ choices: [{ delta: { content: "seen" }, finish_reason: "stop" }] }]);
const seenAsResponse = answer({
  output: [{ type: "message", content: [{ type: "output_text", text: "seen" }] }],
  status: "completed",
});

const url = (type: string, data: string) => `data:${type};base64,${data}`;
const chatImage = (data: string) => ({ type: "image_url", image_url: { url: url("image/png", data) } });

const rows: { name: string; mode: string; content: object[]; sent: object[] }[] = [
  {
    name: "several images, small and large, between texts of every kind",
    mode: "chat",
    content: [
      text('你好 "base64_data":"'),
      png(LARGE),
      png(SMALL),
      png(LARGE),
      text(`\\"base64_data\\":\\"${LARGE}`),
    ],
    sent: [
      { type: "text", text: '你好 "base64_data":"' },
      chatImage(LARGE),
      chatImage(SMALL),
      chatImage(LARGE),
      { type: "text", text: `\\"base64_data\\":\\"${LARGE}` },
    ],
  },
  {
    name: "a recording",
    mode: "chat",
    content: [file("audio", LARGE, { format: "mp3" })],
    sent: [{ type: "input_audio", input_audio: { data: LARGE, format: "mp3" } }],
  },
  {
    name: "a document",
    mode: "chat",
    content: [file("document", LARGE, { mime_type: "application/pdf", filename: "a.pdf" })],
    sent: [{ type: "file", file: { filename: "a.pdf", file_data: url("application/pdf", LARGE) } }],
  },
  {
    name: "a video",
    mode: "chat",
    content: [file("video", LARGE, { mime_type: "video/mp4" })],
    sent: [{ type: "video_url", video_url: { url: url("video/mp4", LARGE) } }],
  },
  {
    name: "an image and a document",
    mode: "responses",
    content: [png(LARGE), file("document", LARGE, { mime_type: "application/pdf", filename: "a.pdf" })],
    sent: [
      { type: "input_image", image_url: url("image/png", LARGE), detail: "auto" },
      { type: "input_file", filename: "a.pdf", file_data: url("application/pdf", LARGE) },
    ],
  },
];

test.each(rows)("$mode: $name arrive as they are", async ({ mode, content, sent }) => {
  upstream.handler = mode === "chat" ? seen : seenAsResponse;
  expect((await ask(content, { credentials: { mode } })).error).toBeUndefined();
  const body = JSON.parse(String(upstream.lastRequest?.body)) as Record<string, { content: object[] }[]>;
  expect(Number(upstream.lastRequest?.headers["content-length"])).toBe(upstream.lastRequest?.body.length);
  // One by one, and without its own words: nobody wants to read megabytes.
  const arrived = (body["messages"] ?? body["input"])?.[0]?.content ?? [];
  expect(arrived.map((part, at) => JSON.stringify(part) === JSON.stringify(sent[at]))).toEqual(
    sent.map(() => true),
  );
});

test("are refused where the form says so", async () => {
  const { error } = await ask([png(LARGE)], { credentials: { vision_support: "no_support" } });
  expect(error?.type).toBe("InvokeBadRequestError");
  expect(upstream.requests).toHaveLength(0);
});

test.each([
  ["a server that was busy", answer({ error: { message: "try later" } }, 503)],
  ["a redirect", answer("", 307, { location: "/elsewhere/chat/completions" })],
])("are sent once more after %s", async (_name, first) => {
  upstream.handler = (...exchange) => (upstream.requests.length === 1 ? first : seen)(...exchange);
  expect((await ask([png(LARGE)])).error).toBeUndefined();
  const [before, after] = upstream.requests;
  expect(before?.body.length).toBeGreaterThan(LARGE.length);
  expect(after?.body.equals(before?.body ?? Buffer.alloc(0))).toBe(true);
});

/** A server that reads a request's body only when it is told to. */
async function startSlowReader() {
  const asked = Promise.withResolvers<[IncomingMessage, ServerResponse]>();
  const server = createServer((...exchange) => asked.resolve(exchange));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: asked.promise,
    close,
  };
}

const say = (response: ServerResponse, content: string): void =>
  void response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`);

test("others go on while one is on its way", async () => {
  const [begun, next] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const neighbour = Promise.withResolvers<ServerResponse>();
  upstream.handler = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    say(response, "one");
    neighbour.resolve(response);
  };
  const slow = await startSlowReader();
  try {
    const heard = ask([text("hi")], {}, ({ delta }) => {
      if (delta.message.content === "one") begun.resolve();
      if (delta.message.content === "two") next.resolve();
    });
    await begun.promise;
    const shown = ask([png(base64(14))], { origin: slow.origin });
    const [request, response] = await slow.asked;
    const other = await neighbour.promise;
    say(other, "two");
    await next.promise;
    other.end("data: [DONE]\n\n");
    expect((await heard).error).toBeUndefined();
    expect(request.complete).toBe(false);
    const pieces = await request.toArray();
    expect(Buffer.concat(pieces).length).toBe(Number(request.headers["content-length"]));
    response.end(JSON.stringify({ choices: [{ message: { content: "seen" }, finish_reason: "stop" }] }));
    expect((await shown).error).toBeUndefined();
  } finally {
    slow.close();
  }
});

test("a server that refuses before it has read is heard", async () => {
  const slow = await startSlowReader();
  try {
    const shown = ask([png(base64(14))], { origin: slow.origin });
    const [, response] = await slow.asked;
    response.writeHead(413, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: "too large for us" } }));
    expect((await shown).error?.message).toContain("too large for us");
  } finally {
    slow.close();
  }
});

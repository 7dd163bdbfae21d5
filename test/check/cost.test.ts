/** What a check says it will take is never less than what it takes, when nothing is refused. */
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { check } from "../../src/check/check.ts";
import { costOf } from "../../src/check/cost.ts";
import { readCommand } from "../../src/cli/check/options.ts";
import { createDemoApp } from "../../src/demo/app.ts";
import { createPlugin } from "../../src/plugin.ts";
import { runCheck } from "./run-check.ts";

let server: Server;
let url: string;
let sent: number;

// Each at a server of its own: a list of voices is remembered.
beforeEach(async () => {
  const listener = getRequestListener(createDemoApp(undefined, new Set()).fetch, {
    overrideGlobalObjects: false,
  });
  sent = 0;
  server = createServer((request, response) => {
    sent += 1;
    void listener(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const plugin = createPlugin("", () => undefined);
const ENV = { ONE: "sk-1", THREE: "sk-1, sk-2, sk-3" };

/** Arguments, and how many requests are counted that the demo gives no reason for. */
test.each<[string, number]>([
  // It does not think, and the form lets no images in: thoughts, and an image to embed and to rank.
  ["", 3],
  ["--types llm", 1],
  ["--types text-embedding", 1],
  ["--types rerank", 1],
  ["--types speech2text", 0],
  ["--types tts", 0],
  ["--types moderation", 0],
  ["--types tts,moderation", 0],
  ["--only models", 0],
  ["--only stream", 0],
  ["--only tools,context", 0],
  ["--only rerank,moderation", 1],
  ["--skip reasoning,embeddings,rerank", 0],
  // The server knows what it is, who counts does not: as much as the dearest type.
  ["--model demo-speech", 10],
  ["--model demo-chat", 1],
  ["--model demo-speech --types tts", 0],
  ["--model llm=demo-chat --model tts=demo-speech", 1],
  ["--repeat 3 --only chat", 0],
  ["--repeat 2 --types llm --skip reasoning", 0],
  ["--stress --types llm --skip reasoning", 0],
  ["--stress --only stress", 0],
  ["--key-env ONE --only auth", 0],
  ["--key-env ONE --probe-auth --only auth", 0],
  ["--key-env ONE --probe-auth --repeat 2 --types moderation", 0],
  // No key, none to leave out.
  ["--probe-auth --only auth", 0],
  ["--key-env THREE --only chat,moderation", 0],
])("%s", async (args, spare) => {
  const { servers } = await readCommand([url, ...args.split(" ").filter(Boolean)], ENV);
  const [options] = servers;
  if (!options) throw new Error("No server was read.");
  const listener = { begin: () => undefined, end: () => undefined };
  const report = await check(plugin, options, listener, new AbortController().signal);
  expect(report.verdict).toBe("ready");
  expect(report.requests).toBe(sent);
  expect(costOf(options).requests - sent).toBe(spare);
});

test.each<[Record<string, string>, string, number]>([
  // But for an image to embed.
  [{ max_chunks: "1" }, "embeddings", 1],
  [{ max_chunks: "2" }, "embeddings", 1],
  [{ audio_support: "support", document_support: "support" }, "files,chat", 0],
  [{ vision_support: "no_support" }, "files,chat", 1],
])("a form with %j takes its own", async (fields, stages, spare) => {
  const { servers } = await readCommand([url, "--only", stages], {});
  const [options] = servers;
  if (!options) throw new Error("No server was read.");
  const own = { ...options, form: { ...options.form, ...fields } };
  const listener = { begin: () => undefined, end: () => undefined };
  await check(plugin, own, listener, new AbortController().signal);
  expect(costOf(own).requests - sent).toBe(spare);
});

test("no more tokens are written than was said", async () => {
  const { servers } = await readCommand([url, "--types", "llm", "--stress"], {});
  const [options] = servers;
  if (!options) throw new Error("No server was read.");
  let most = 0;
  const end = (_result: unknown, wire: readonly { body: Buffer }[]): void => {
    for (const { body } of wire) most += Number(/"max_\w*tokens":(\d+)/.exec(String(body))?.[1] ?? 0);
  };
  await check(plugin, options, { begin: () => undefined, end }, new AbortController().signal);
  // What is not sent is the long answer of models that think.
  expect(costOf(options).written - most).toBe(2_048);
});

test("it is said first", async () => {
  const { stdout } = await runCheck([url, "--only", "stream,rerank"]);
  expect(stdout.split("\n")[0]).toMatch(
    /^At most 5 requests, about 16 tokens written and 120 read by models; /,
  );
});

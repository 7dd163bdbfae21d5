import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startDemoEndpoint } from "../../src/demo/server.ts";
import { clientOf, collect, post, startDemoClient } from "./demo-client.ts";
import type { DemoClient } from "./demo-client.ts";

let demo: DemoClient;
beforeAll(async () => {
  demo = await startDemoClient();
});
afterAll(() => demo.endpoint.close());

/** As they were before any endpoint of this file started. */
const { Request: ownRequest, Response: ownResponse } = globalThis;

const messages = [{ role: "user" as const, content: "Hi" }];
const note = "no model behind this answer";

describe("models", () => {
  it("are listed", async () => {
    const models = await collect(demo.client.models.list());
    const ids = [
      "demo-chat",
      "demo-embedding",
      "demo-rerank",
      "demo-moderation",
      "demo-transcribe",
      "demo-speech",
    ];
    expect(models.map(({ id }) => id)).toEqual(ids);
  });

  it("must exist", async () => {
    const request = demo.client.chat.completions.create({ model: "gpt-4o", messages });
    await expect(request).rejects.toMatchObject({ status: 404, code: "model_not_found" });
  });

  it.each([
    ["chat/completions", "demo-embedding"],
    ["completions", "demo-speech"],
    ["embeddings", "demo-chat"],
    ["rerank", "demo-embedding"],
    ["moderations", "demo-chat"],
    ["audio/speech", "demo-transcribe"],
  ])("are refused on a route not theirs: %s with %s", async (route, model) => {
    const response = await post(demo.endpoint, route, { model });
    expect(response.status).toBe(400);
    const message = expect.stringContaining(`\`${model}\` is not for /v1/${route}`);
    expect(await response.json()).toMatchObject({ error: { message, param: "model" } });
  });
});

describe("keys", () => {
  it("must be the right one", async () => {
    const list = clientOf(demo.endpoint, "wrong").models.list();
    await expect(list).rejects.toMatchObject({ status: 401, code: "invalid_api_key" });
    const bare = await fetch(`${demo.endpoint.url}/models`);
    expect([bare.status, bare.headers.get("x-demo-endpoint")]).toEqual([401, note]);
  });

  it("do not matter unless one is set", async () => {
    const open = await startDemoEndpoint();
    const models = await collect(clientOf(open, "any").models.list());
    await open.close();
    expect(models).toHaveLength(6);
  });
});

describe("malformed requests", () => {
  const good = { model: "demo-chat", messages };

  it.each([
    ["model", { messages }],
    ["messages", { model: "demo-chat" }],
    ["messages", { ...good, messages: [] }],
    ["messages[0].role", { ...good, messages: [{ role: "king", content: "x" }] }],
    ["messages[0].content", { ...good, messages: [{ role: "user", content: 7 }] }],
    [
      "messages[1].content[0].text",
      { ...good, messages: [...messages, { role: "user", content: [{ type: "text" }] }] },
    ],
    ["max_tokens", { ...good, max_tokens: 0 }],
    ["stop", { ...good, stop: ["1", "2", "3", "4", "5"] }],
    ["n", { ...good, n: 2 }],
    ["tools[0].function.name", { ...good, tools: [{ type: "function", function: { name: "no blanks" } }] }],
    ["response_format.type", { ...good, response_format: { type: "xml" } }],
  ])("name %s", async (param, body) => {
    const response = await post(demo.endpoint, "chat/completions", body);
    expect(response.status).toBe(400);
    const message = expect.stringContaining(param);
    expect(await response.json()).toEqual({
      error: { message, type: "invalid_request_error", param, code: null },
    });
  });

  it("need not even be JSON", async () => {
    const response = await post(demo.endpoint, "chat/completions", "{");
    expect([response.status, response.headers.get("x-demo-endpoint")]).toEqual([400, note]);
    const message = "We could not parse the JSON body of your request.";
    expect(await response.json()).toMatchObject({ error: { message, param: null } });
  });
});

describe("paths", () => {
  it("that do not exist are told as OpenAI tells them", async () => {
    const response = await post(demo.endpoint, "x", {});
    expect([response.status, response.headers.get("x-demo-endpoint")]).toEqual([404, note]);
    expect(await response.json()).toEqual({
      error: { message: "Invalid URL (POST /v1/x)", type: "invalid_request_error", param: null, code: null },
    });
  });

  it("without a route tell a person what this is", async () => {
    const response = await fetch(new URL("/", demo.endpoint.url));
    expect(response.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(response.headers.get("x-demo-endpoint")).toBe(note);
    expect(await response.text()).toContain("demo endpoint");
  });
});

describe("the server", () => {
  it("takes the port it is told to, once", async () => {
    const first = await startDemoEndpoint();
    const port = Number(new URL(first.url).port);
    await expect(startDemoEndpoint({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await first.close();
    const second = await startDemoEndpoint({ port });
    expect(second.url).toBe(first.url);
    await second.close();
    await second.close();
    await expect(fetch(`${second.url}/models`)).rejects.toThrow();
  });

  it("answers on loopback only", async () => {
    // Any other address of this machine would do; this one needs no network.
    const elsewhere = demo.endpoint.url.replace("127.0.0.1", "127.0.0.2");
    await expect(fetch(`${elsewhere}/models`, { signal: AbortSignal.timeout(1000) })).rejects.toThrow();
  });

  it("leaves the process's own Request and Response alone", async () => {
    const endpoint = await startDemoEndpoint();
    await endpoint.close();
    expect(globalThis.Request).toBe(ownRequest);
    expect(globalThis.Response).toBe(ownResponse);
  });

  it("closes although a request is still under way", async () => {
    const endpoint = await startDemoEndpoint();
    const socket = connect(Number(new URL(endpoint.url).port), "127.0.0.1").on("error", () => undefined);
    socket.write(
      "POST /v1/completions HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    );
    // The server has read the head and waits for the body, which never comes.
    await once(socket, "data");
    await endpoint.close();
    await vi.waitUntil(() => socket.closed);
  });
});

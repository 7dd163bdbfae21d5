/** Calls as the workbench shows them: what Dify asks, what goes over HTTP, what Dify gets. */
import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type {
  CallEvent,
  CallRequest,
  FaultState,
  History,
  LlmChunk,
  ModelType,
  PluginState,
} from "../../src/workbench/contract.ts";
import { answer, answerEvents, Upstream } from "../upstream/upstream.ts";
import { Client, eventsOf, lastOf } from "./client.ts";

let client: Client;
let upstream: Upstream;
let values: Record<string, string>;
/** To the embedded endpoint. */
let demo: Record<ModelType, CallRequest>;

beforeAll(async () => {
  upstream = await Upstream.start();
  client = await Client.start();
  const { connection, demo: at } = await client.bootstrap();
  values = connection.values;
  const asked = (type: ModelType) => ({ model: at.models[type], values });
  demo = {
    llm: { type: "llm", ...asked("llm"), messages: [{ role: "user", content: "What is 12 * 7?" }] },
    "text-embedding": { type: "text-embedding", ...asked("text-embedding"), texts: ["a red apple", "taxes"] },
    rerank: { type: "rerank", ...asked("rerank"), query: "apples", docs: ["taxes", "red apples"] },
    tts: { type: "tts", ...asked("tts"), text: "One two three.", voice: "alloy" },
    speech2text: { type: "speech2text", ...asked("speech2text"), base64_data: silence },
    moderation: { type: "moderation", ...asked("moderation"), text: "I will kill you." },
  };
});
afterAll(async () => {
  await client.close();
  await upstream.close();
});
beforeEach(() => client.ask("PUT", "/api/faults", { on: [] }));

const silence = Buffer.concat([
  Buffer.from("UklGRuQPAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YcAPAAA=", "base64"),
  Buffer.alloc(4_032),
]).toString("base64");

const at = (events: readonly CallEvent[]): number[] =>
  events.flatMap((event) => ("at" in event ? [event.at] : []));
const kinds = (events: readonly CallEvent[]): string => events.map(({ event }) => event).join(" ");
const textOf = (events: readonly CallEvent[]): string =>
  eventsOf(events, "dify-out")
    .filter(({ kind }) => kind === "stream")
    .map(({ data }) => (data as LlmChunk).delta.message.content as string)
    .join("");

describe("each type, with all three lanes in their order", () => {
  test.each([
    ["llm", /"delta"/],
    ["text-embedding", /"embeddings":\[\[/],
    ["rerank", /"score"/],
    ["tts", /"result":"52494646/],
    ["speech2text", /"result"/],
    ["moderation", /"result":true/],
  ] as const)("%s", async (type, line) => {
    const events = await client.call(demo[type]);
    expect(kinds(events)).toMatch(
      // Speech may ask for the voices first.
      /^queued dify-in( http-request http-response( http-chunk| http-end| dify-out)+){1,2} end$/,
    );
    expect(events.map((event) => ("n" in event ? event.n : -1))).toEqual(events.map((_event, i) => i - 1));
    expect(at(events)).toEqual(at(events).toSorted((a, b) => a - b));
    const requests = eventsOf(events, "http-request");
    const chunks = eventsOf(events, "http-chunk");
    const ends = eventsOf(events, "http-end");
    const received = chunks.reduce((sum, { body }) => sum + body.bytes, 0);
    expect(ends.map(({ exchange }) => exchange)).toEqual(requests.map(({ exchange }) => exchange));
    expect(ends.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(received);
    const last = chunks.filter(({ exchange }) => exchange === requests.length - 1);
    expect(last.map(({ index }) => index)).toEqual(last.map((_chunk, i) => i));
    const lines = eventsOf(events, "dify-out");
    expect(lines.at(-1)?.kind).toBe("end");
    expect(lines[0]?.line.text).toMatch(line);
    expect(lines[0]?.data).toBeDefined();
    for (const { kind, from, overhead } of lines) {
      if (kind !== "stream") continue;
      expect(chunks.some(({ n }) => n === from)).toBe(true);
      expect(overhead).toBeGreaterThan(0);
    }
    const { outcome, numbers } = lastOf(events);
    expect(outcome).toBe("done");
    expect(numbers).toMatchObject({
      requests: requests.length,
      chunks: chunks.length,
      lines: lines.length,
      bytesSent: requests.reduce((sum, { body }) => sum + body.bytes, 0),
      bytesReceived: received,
      overhead: { toRequest: requests[0]?.at },
      firstByte: chunks[0]?.at,
      firstToken: expect.any(Number) as number,
    });
  });
});

test("a piece of text is told from the read that brought it", async () => {
  const events = await client.call(demo.llm);
  const reads = new Map(eventsOf(events, "http-chunk").map((chunk) => [chunk.n, chunk.body.text]));
  const pieces = eventsOf(events, "dify-out").filter(({ kind }) => kind === "stream");
  const words = pieces.map(({ from, data }) => [
    (data as LlmChunk).delta.message.content as string,
    reads.get(from ?? -1),
  ]);
  const told = words.filter(([word]) => word !== "");
  expect(told.length).toBeGreaterThan(5);
  for (const [word, read] of told) expect(read).toContain(`"content":${JSON.stringify(word)}`);
});

test("events come while the call runs, and its numbers tell of tokens and gaps", async () => {
  const first = Promise.withResolvers<void>();
  const usage = '{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}';
  upstream.handler = async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n');
    await first.promise;
    response.write('data: {"choices":[{"index":0,"delta":{"content":" you"},"finish_reason":"stop"}]}\n\n');
    response.end(`data: {"choices":[],"usage":${usage}}\n\ndata: [DONE]\n\n`);
  };
  const events = await client.call({ ...demo.llm, values: { endpoint_url: upstream.origin } }, (event) => {
    // The server ends its answer only when the first word has been shown.
    if (event.event === "dify-out") first.resolve();
  });
  expect(textOf(events)).toBe("Hello you");
  const { outcome, numbers } = lastOf(events);
  expect(outcome).toBe("done");
  expect(numbers.usage).toEqual({ input: 1, output: 2, total: 3 });
  expect(numbers.tokensPerSecond).toBeGreaterThan(0);
  const chunks = eventsOf(events, "http-chunk");
  const later = chunks.find(({ n }) => n === numbers.longestGap?.before);
  const earlier = chunks[(later?.index ?? 0) - 1];
  expect(numbers.longestGap?.microseconds).toBeCloseTo((later?.at ?? 0) - (earlier?.at ?? 0), 0);
});

test("tools, files, parameters and stop words arrive", async () => {
  upstream.requests.length = 0;
  upstream.handler = answerEvents([
    { choices: [{ index: 0, delta: { content: "ok" }, finish_reason: "stop" }] },
    "data: [DONE]\n\n",
  ]);
  const png = "iVBORw0KGgo=";
  await client.call({
    type: "llm",
    model: "m",
    values: { endpoint_url: upstream.origin },
    messages: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "image", base64_data: png, mime_type: "image/png", format: "png" },
          { type: "text", data: "What is this?" },
        ],
      },
    ],
    parameters: { temperature: 0.5, max_tokens: 7 },
    tools: [{ name: "look", description: "Looks", parameters: { type: "object", properties: {} } }],
    stop: ["END"],
    stream: true,
  });
  expect(JSON.parse(String(upstream.lastRequest?.body))).toMatchObject({
    model: "m",
    temperature: 0.5,
    max_tokens: 7,
    stop: ["END"],
    stream: true,
    tools: [{ type: "function", function: { name: "look" } }],
    messages: [
      { role: "system", content: "Be brief." },
      { content: [{ image_url: { url: `data:image/png;base64,${png}` } }, { text: "What is this?" }] },
    ],
  });
});

test("a huge body is told by its head and its tail, and whole when asked for", async () => {
  const base64 = Buffer.alloc(3_000_000, "pixel").toString("base64");
  const events = await client.call({
    type: "llm",
    model: "demo-chat",
    values,
    messages: [
      {
        role: "user",
        content: [
          { type: "image", base64_data: base64, mime_type: "image/png", format: "png" },
          { type: "text", data: "What is this?" },
        ],
      },
    ],
  });
  expect(JSON.stringify(events).length).toBeLessThan(200_000);
  const [request] = eventsOf(events, "http-request");
  expect(request?.body.bytes).toBeGreaterThan(base64.length);
  expect(request?.body.text?.length).toBeLessThan(20_000);
  expect(request?.body.tail).toContain("What is this?");
  const id = eventsOf(events, "queued")[0]?.id;
  const headers = { authorization: `Bearer ${client.token}` };
  const raw = await client.raw("GET", `/api/calls/${id}/raw/${request?.n}`, headers);
  expect(raw.text.length).toBe(request?.body.bytes);
  expect(raw.text).toContain(base64);
});

test("a hundred texts are one line out, with their numbers", async () => {
  const texts = Array.from({ length: 100 }, (_, i) => `text ${i}`);
  const events = await client.call({ type: "text-embedding", model: "demo-embedding", values, texts });
  const [line] = eventsOf(events, "dify-out");
  const { embeddings } = Object(line?.data) as { embeddings: number[][] };
  expect(embeddings).toHaveLength(100);
  expect(line?.line.bytes).toBeGreaterThan(50_000);
  expect(eventsOf(events, "dify-out").map(({ kind }) => kind)).toEqual(["stream", "end"]);
  expect(eventsOf(events, "http-request").length).toBeGreaterThan(1);
  expect(lastOf(events).outcome).toBe("done");
  // What comes after it is not held up.
  expect(lastOf(await client.call(demo.moderation)).outcome).toBe("done");
});

test("a read that cuts a character in two is shown as it was", async () => {
  await client.ask("PUT", "/api/faults", { on: ["split utf-8"] });
  const events = await client.call({
    ...demo.llm,
    messages: [{ role: "user", content: "你好" }],
  } as CallRequest);
  const chunks = eventsOf(events, "http-chunk");
  expect(Math.min(...chunks.map(({ body }) => body.bytes))).toBe(1);
  const { numbers, outcome } = lastOf(events);
  expect({ outcome, chunks: numbers.chunks }).toEqual({ outcome: "done", chunks: chunks.length });
  expect(textOf(events)).not.toContain("�");
});

/** Requests that a seed takes while the endpoint has these faults. */
async function requestsWith(faults: string[]): Promise<number> {
  await client.ask("PUT", "/api/faults", { on: faults });
  const events = await client.call({ ...demo.llm, parameters: { seed: 1 } } as CallRequest);
  return lastOf(events).numbers.requests;
}

describe("what Dify sees when the embedded endpoint has a fault", () => {
  test.each([
    ["rate limit", "failed", "InvokeRateLimitError"],
    ["error after 200", "failed", "InvokeServerUnavailableError"],
    ["web page", "failed", "InvokeBadRequestError"],
    ["reset", "failed", "InvokeConnectionError"],
    ["error in stream", "failed", /^Invoke/],
    ["no [DONE]", "done", undefined],
    ["doubled role", "done", undefined],
    ["slow first byte", "done", undefined],
  ] as const)("%s", async (fault, outcome, type) => {
    const state = await client.ask<FaultState>("PUT", "/api/faults", { on: [fault] });
    expect(state.on).toEqual([fault]);
    const end = lastOf(await client.call(demo.llm));
    expect(end.outcome).toBe(outcome);
    if (type === undefined) expect(end.error).toBeUndefined();
    else expect(end.error?.type).toMatch(type);
  });

  test("is what a plugin sees that knows nothing of it", async () => {
    // Refused once, and sent again without.
    expect(await requestsWith(["refuses seed"])).toBe(2);
    expect(await requestsWith(["refuses seed", "no usage"])).toBe(2);
    expect(await requestsWith([])).toBe(1);
  });

  test("all faults are told in both languages, with the types they show at", async () => {
    const { faults } = (await client.bootstrap()).faults;
    expect(faults.length).toBeGreaterThan(40);
    for (const { tells, types } of faults) {
      expect(tells.en_US).toMatch(/^[a-z]/);
      expect(tells.zh_Hans).toMatch(/[\u4e00-\u9fff]/);
      expect(Array.isArray(types)).toBe(true);
    }
    expect(faults.find(({ name }) => name === "stall")?.types).toEqual(["llm"]);
    expect(faults.find(({ name }) => name === "deaf")?.types).toEqual(["speech2text"]);
  });

  test("an unknown fault is refused by name, and changes nothing", async () => {
    await client.ask("PUT", "/api/faults", { on: ["stall"] });
    await expect(client.ask("PUT", "/api/faults", { on: ["reset", "no such"] })).rejects.toThrow("no such");
    expect((await client.bootstrap()).faults.on).toEqual(["stall"]);
  });
});

/** Resolves once the server has been asked, and tells when the connection is cut. */
function stalled() {
  const asked = Promise.withResolvers<void>();
  const cut = Promise.withResolvers<void>();
  upstream.handler = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write('data: {"choices":[{"index":0,"delta":{"content":"Hel"}}]}\n\n');
    response.on("close", () => cut.resolve());
    asked.resolve();
  };
  return { asked: asked.promise, cut: cut.promise };
}

describe("cancelling", () => {
  test("cuts the request, and the next call works", async () => {
    const { cut } = stalled();
    const before = await client.ask<PluginState>("GET", "/api/plugin");
    let id = "";
    let cancelled: Promise<unknown> | undefined;
    const events = await client.call({ ...demo.llm, values: { endpoint_url: upstream.origin } }, (event) => {
      if (event.event === "queued") ({ id } = event);
      if (event.event === "dify-out" && event.kind === "stream")
        cancelled = client.ask("POST", "/api/cancel", { id });
    });
    await cut;
    await cancelled;
    expect(lastOf(events).outcome).toBe("cancelled");
    expect(textOf(events)).toBe("Hel");
    expect(lastOf(await client.call(demo.llm)).outcome).toBe("done");
    const after = await client.ask<PluginState>("GET", "/api/plugin");
    expect(after.state).toBe("running");
    expect(after.restarts).toBeGreaterThan(before.restarts);
    expect(after.pid).not.toBe(before.pid);
  });

  test("is also to stop listening", async () => {
    const { asked, cut } = stalled();
    const leave = new AbortController();
    const request = { ...demo.llm, values: { endpoint_url: upstream.origin } };
    const listening = client.events("/api/call", request, undefined, leave.signal).catch(() => undefined);
    await asked;
    leave.abort();
    await cut;
    await listening;
    expect(lastOf(await client.call(demo.llm)).outcome).toBe("done");
  });

  test("a call that waits for its turn never begins", async () => {
    const { asked, cut } = stalled();
    const ids: string[] = [];
    const take = (event: CallEvent): void => {
      if (event.event === "queued") ids.push(event.id);
    };
    const request = { ...demo.llm, values: { endpoint_url: upstream.origin } };
    const running = client.call(request, take);
    await asked;
    const queued = Promise.withResolvers<CallEvent>();
    const waiting = client.call(demo.llm, (event) => {
      take(event);
      queued.resolve(event);
    });
    expect(await queued.promise).toMatchObject({ ahead: 1 });
    await client.ask("POST", "/api/cancel", { id: ids[1] });
    const events = await waiting;
    expect(kinds(events)).toBe("queued end");
    expect(lastOf(events).outcome).toBe("cancelled");
    await client.ask("POST", "/api/cancel", { id: ids[0] });
    expect(lastOf(await running).outcome).toBe("cancelled");
    await cut;
  });

  test("what does not run cannot be cancelled", async () => {
    await expect(client.ask("POST", "/api/cancel", { id: "gone" })).rejects.toThrow("404");
  });
});

test("calls at the same time wait for each other, and each has its own wire", async () => {
  upstream.handler = (request, response) => {
    const { input } = JSON.parse(String(request.body)) as { input: string[] };
    return answer({ id: `answer to ${input.join("")}`, results: [{ flagged: false }] })(request, response);
  };
  const texts = ["one", "two", "three", "four"];
  const all = await Promise.all(
    texts.map((text) =>
      client.call({ type: "moderation", model: "m", values: { endpoint_url: upstream.origin }, text }),
    ),
  );
  for (const [i, events] of all.entries()) {
    expect(eventsOf(events, "http-request")).toHaveLength(1);
    expect(eventsOf(events, "http-chunk")[0]?.body.text).toContain(`answer to ${texts[i]}`);
  }
  expect(Math.max(...all.map((events) => eventsOf(events, "queued")[0]?.ahead ?? 0))).toBeGreaterThan(0);
});

test("a plugin that dies in a call is told of, and another takes its place", async () => {
  const asked = Promise.withResolvers<void>();
  upstream.handler = () => asked.resolve();
  const calling = client.call({ ...demo.llm, values: { endpoint_url: upstream.origin } });
  await asked.promise;
  const { pid } = await client.ask<PluginState>("GET", "/api/plugin");
  process.kill(pid ?? 0, "SIGKILL");
  expect(lastOf(await calling)).toMatchObject({ outcome: "failed", error: { type: "PluginGone" } });
  expect(lastOf(await client.call(demo.llm)).outcome).toBe("done");
});

test("the history tells the same again", async () => {
  const events = await client.call(demo.rerank);
  const { calls, dropped } = await client.ask<History>("GET", "/api/calls");
  expect(dropped).toBe(0);
  expect(calls[0]).toMatchObject({
    id: eventsOf(events, "queued")[0]?.id,
    type: "rerank",
    model: "demo-rerank",
    url: `${values["endpoint_url"]}/rerank`,
    status: 200,
    outcome: "done",
    numbers: lastOf(events).numbers,
  });
  expect(await client.events("/api/calls/" + calls[0]?.id, undefined)).toEqual(events);
});

test("old calls are dropped, and that is told", async () => {
  const small = await Client.start({ keeps: { calls: 3, bytes: 1_000_000 } });
  const { connection } = await small.bootstrap();
  const ask = (text: string) =>
    small.call({ type: "moderation", model: "demo-moderation", values: connection.values, text });
  for (const text of ["1", "2", "3", "4", "5"]) {
    // oxlint-disable-next-line no-await-in-loop
    await ask(text);
  }
  const few = await small.ask<History>("GET", "/api/calls");
  expect({ kept: few.calls.length, dropped: few.dropped }).toEqual({ kept: 3, dropped: 2 });
  // The text is in the line that asks, in what is asked of the server, and in what is asked of Dify.
  await ask("long ".repeat(100_000));
  const large = await small.ask<History>("GET", "/api/calls");
  expect({ kept: large.calls.length, dropped: large.dropped }).toEqual({ kept: 1, dropped: 5 });
  await small.close();
});

test("a call of any length is told whole, and kept up to a bound", async () => {
  const text = "x".repeat(500_000);
  const count = 30;
  upstream.handler = async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const event = { choices: [{ index: 0, delta: { content: text } }] };
    for (let i = 0; i < count; i += 1) {
      const isFull = !response.write(`data: ${JSON.stringify(event)}\n\n`);
      // oxlint-disable-next-line no-await-in-loop
      if (isFull) await once(response, "drain");
    }
    response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  };
  const request = { type: "llm", model: "m", values: { endpoint_url: upstream.origin } } as const;
  const events = await client.call({ ...request, messages: [{ role: "user", content: "hi" }] });
  expect(textOf(events).length).toBe(count * text.length);
  expect(lastOf(events).outcome).toBe("done");
  const [summary] = (await client.ask<History>("GET", "/api/calls")).calls;
  expect(summary?.bytes).toBeLessThan(40_000_000);
  expect(summary?.forgotten).toBeGreaterThan(10);
  const kept = await client.events<CallEvent>(`/api/calls/${summary?.id}`, undefined);
  expect(kept.length + (summary?.forgotten ?? 0)).toBe(events.length);
  expect(lastOf(kept)).toEqual(lastOf(events));
});

test("schema and voices come from the plugin", async () => {
  const subject = { type: "llm", model: "demo-chat", values };
  expect(await client.ask("POST", "/api/schema", subject)).toMatchObject({
    schema: { model: "demo-chat", features: expect.arrayContaining(["tool-call"]) as string[] },
  });
  expect(await client.ask("POST", "/api/voices", { model: "demo-speech", values })).toMatchObject({
    voices: [{ name: "alloy" }, { name: "echo" }, { name: "nova" }],
  });
  expect(await client.ask("POST", "/api/models", { type: "llm", models: {}, values })).toMatchObject({
    models: expect.arrayContaining([{ id: "demo-rerank", type: "rerank" }]) as object[],
  });
  const nowhere = { type: "llm", models: {}, values: { endpoint_url: "http://127.0.0.1:9" } };
  expect(await client.ask("POST", "/api/models", nowhere)).toMatchObject({
    models: [],
    error: expect.stringContaining("ECONNREFUSED") as string,
  });
});

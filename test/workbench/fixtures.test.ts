/** A call that is exported runs as a case of the plugin's tests, and can fail there. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { CallRequest, Curl, Fixture, ModelType } from "../../src/workbench/contract.ts";
import { runCase, type Case } from "../plugin/run-case.ts";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { Upstream } from "../upstream/upstream.ts";
import { Client, eventsOf, lastOf } from "./client.ts";

let client: Client;
let daemon: StandInDaemon;
let upstream: Upstream;
let values: Record<string, string>;
let models: Readonly<Record<ModelType, string>>;

beforeAll(async () => {
  upstream = await Upstream.start();
  daemon = await StandInDaemon.launch(inject("packageFolder"));
  client = await Client.start();
  const hello = await client.bootstrap();
  ({ values } = hello.connection);
  ({ models } = hello.demo);
});
afterAll(async () => {
  await client.close();
  await daemon.close();
  await upstream.close();
});

const weather = {
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const wav = Buffer.concat([
  Buffer.from("UklGRuQPAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YcAPAAA=", "base64"),
  Buffer.alloc(4_032),
]).toString("base64");

const CALLS: [
  name: string,
  faults: string[],
  call: (asked: { model: string; values: Record<string, string> }) => CallRequest,
][] = [
  [
    "a streamed answer",
    [],
    (asked) => ({ type: "llm", ...asked, messages: [{ role: "user", content: "你好, 2 + 2?" }] }),
  ],
  [
    "a whole answer",
    [],
    (asked) => ({ type: "llm", ...asked, messages: [{ role: "user", content: "2 + 2?" }], stream: false }),
  ],
  [
    "a tool call",
    [],
    (asked) => ({
      type: "llm",
      ...asked,
      messages: [{ role: "user", content: "The weather in Oslo?" }],
      tools: [weather],
    }),
  ],
  [
    "single bytes",
    ["split utf-8"],
    (asked) => ({ type: "llm", ...asked, messages: [{ role: "user", content: "你好" }] }),
  ],
  [
    "a failure in a stream",
    ["error in stream"],
    (asked) => ({ type: "llm", ...asked, messages: [{ role: "user", content: "hi" }] }),
  ],
  [
    "a refusal",
    ["wrong key"],
    (asked) => ({ type: "llm", ...asked, messages: [{ role: "user", content: "hi" }] }),
  ],
  ["vectors", [], (asked) => ({ type: "text-embedding", ...asked, texts: ["a", "b"] })],
  ["a ranking", [], (asked) => ({ type: "rerank", ...asked, query: "apples", docs: ["taxes", "apples"] })],
  ["speech", [], (asked) => ({ type: "tts", ...asked, text: "One.", voice: "alloy" })],
  ["a transcript", [], (asked) => ({ type: "speech2text", ...asked, base64_data: wav })],
  ["a verdict", [], (asked) => ({ type: "moderation", ...asked, text: "I will kill you." })],
];

async function exported(call: CallRequest): Promise<{ fixture: Fixture; row: Case }> {
  const events = await client.call(call);
  const id = eventsOf(events, "queued")[0]?.id;
  const fixture = await client.ask<Fixture>("GET", `/api/calls/${id}/fixture`);
  return { fixture, row: JSON.parse(fixture.text) as Case };
}

describe("an exported call", () => {
  test.each(CALLS)("%s", async (_name, faults, call) => {
    const { type } = call({ model: "", values });
    await client.ask("PUT", "/api/faults", { on: faults });
    const { fixture, row } = await exported(call({ model: models[type], values }));
    await client.ask("PUT", "/api/faults", { on: [] });
    expect(fixture.file).toBe(`${type}.json`);
    await runCase(row, type, { daemon, upstream });
    // It holds the answer to what it was.
    const other = row.error
      ? { ...row, error: { ...row.error, type: "Another" } }
      : { ...row, reply: { ...row.reply, ...somethingElse(row) } };
    await expect(runCase(other, type, { daemon, upstream })).rejects.toThrow();
  });
});

function somethingElse({ reply = {} }: Case): object {
  return Object.fromEntries(Object.keys(reply).map((name) => [name, "something else"]));
}

test("what a row cannot tell is refused in words", async () => {
  const gone = {
    type: "moderation",
    model: "m",
    values: { endpoint_url: "http://127.0.0.1:9" },
    text: "a",
  } as const;
  const events = await client.call(gone);
  expect(lastOf(events).outcome).toBe("failed");
  const id = eventsOf(events, "queued")[0]?.id;
  await expect(client.ask("GET", `/api/calls/${id}/fixture`)).rejects.toThrow(
    '409 {"error":"The answer did not come to its end',
  );
});

test("a request can be sent again by hand, with the key as a variable", async () => {
  await client.ask("POST", "/api/secrets", { variable: "api_key", value: "sk-by-hand-0123456789" });
  const events = await client.call({
    type: "moderation",
    model: models.moderation,
    values,
    text: "it's fine",
  });
  const id = eventsOf(events, "queued")[0]?.id;
  const { command } = await client.ask<Curl>("GET", `/api/calls/${id}/curl/0`);
  expect(command).toContain(`-H "authorization: Bearer $API_KEY"`);
  expect(command).not.toContain("by-hand");
  await client.ask("POST", "/api/secrets", { variable: "api_key", value: null });
});

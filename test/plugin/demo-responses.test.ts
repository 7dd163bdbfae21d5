/** The plugin in its mode `responses` against the demo endpoint, which OpenAI's own client is tested with. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { LlmChunk } from "../../src/dify/replies.ts";
import { startDemoEndpoint, type DemoEndpoint } from "../../src/demo/server.ts";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";

let daemon: StandInDaemon;
let endpoint: DemoEndpoint;

beforeAll(async () => {
  endpoint = await startDemoEndpoint();
  daemon = await StandInDaemon.launch(inject("packageFolder"));
});
afterAll(async () => {
  await daemon.close();
  await endpoint.close();
});

const weather = {
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const called = {
  id: "call_1",
  type: "function",
  function: { name: "get_weather", arguments: '{"city":"Oslo"}' },
};

async function ask(mode: string, stream: boolean, data: object): Promise<object> {
  const { pieces, error } = await daemon.call({
    action: "invoke_llm",
    provider: "openai_compatible",
    model: "demo-chat",
    model_type: "llm",
    credentials: { endpoint_url: endpoint.url, mode },
    model_parameters: { max_tokens: 64 },
    tools: [],
    stop: [],
    stream,
    ...data,
  });
  expect(error).toBeUndefined();
  const deltas = (pieces as LlmChunk[]).map(({ delta }) => delta);
  return {
    text: deltas.map(({ message }) => message.content as string).join(""),
    calls: deltas.flatMap(({ message }) => message.tool_calls.map((call) => call.function)),
    tokens: deltas.at(-1)?.usage?.total_tokens,
    finish: deltas.at(-1)?.finish_reason,
  };
}

test.each([
  ["a question", { prompt_messages: [{ role: "user", content: "What is 12 * 7?" }] }],
  [
    "a limit",
    { prompt_messages: [{ role: "user", content: "Hello" }], model_parameters: { max_tokens: 16 } },
  ],
  [
    "a tool to call",
    { prompt_messages: [{ role: "user", content: "What is the weather in Oslo?" }], tools: [weather] },
  ],
  [
    "a tool's result",
    {
      prompt_messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "What is the weather in Oslo?" },
        { role: "assistant", content: "I look.", tool_calls: [called] },
        { role: "tool", content: "rain", tool_call_id: "call_1", name: "get_weather" },
      ],
      tools: [weather],
    },
  ],
  ["a stop word", { prompt_messages: [{ role: "user", content: "What is 12 * 7?" }], stop: ["84"] }],
])("answers %s as chat does, streamed and whole", async (_name, data) => {
  const streamed = await ask("responses", true, data);
  expect(await ask("responses", false, data)).toEqual(streamed);
  const chat = await ask("chat", true, data);
  // The server goes on after a stop word it does not know, and counts what it wrote.
  expect(streamed).toEqual("stop" in data ? { ...chat, tokens: expect.any(Number) as number } : chat);
  expect(daemon.complaints).toEqual([]);
});

test("validates", async () => {
  const { pieces } = await daemon.call({
    action: "validate_model_credentials",
    provider: "openai_compatible",
    model: "demo-chat",
    model_type: "llm",
    credentials: { endpoint_url: endpoint.url, mode: "responses" },
  });
  expect(pieces).toEqual([{ result: true }]);
});

import type OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { collect, startDemoClient, type DemoClient } from "./demo-client.ts";

const model = "demo-chat";
let demo: DemoClient;

beforeAll(async () => {
  demo = await startDemoClient();
});
afterAll(() => demo.endpoint.close());

const weather: OpenAI.Responses.FunctionTool = {
  type: "function",
  name: "get_weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  strict: false,
};
const question = "What is the weather in Oslo?";

describe("responses", () => {
  test("answers as chat does", async () => {
    const chat = await demo.client.chat.completions.create({
      model,
      messages: [{ role: "user", content: "What is 12 * 7?" }],
    });
    const response = await demo.client.responses.create({ model, input: "What is 12 * 7?" });
    expect(response.output_text).toBe(chat.choices[0]?.message.content);
    expect(response).toMatchObject({
      object: "response",
      status: "completed",
      usage: { input_tokens: chat.usage?.prompt_tokens, output_tokens: chat.usage?.completion_tokens },
    });
  });

  test("streams what it answers whole", async () => {
    const stream = demo.client.responses.stream({ model, input: "What is 12 * 7?" });
    const events = await collect(stream);
    const whole = await demo.client.responses.create({ model, input: "What is 12 * 7?" });
    expect(events.filter(({ type }) => type === "response.output_text.delta").length).toBeGreaterThan(1);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    // The client puts the pieces together itself.
    expect((await stream.finalResponse()).output_text).toBe(whole.output_text);
  });

  test("calls a tool, streamed too, and quotes its result", async () => {
    const { output } = await demo.client.responses.create({ model, input: question, tools: [weather] });
    const [call] = output;
    expect(call).toMatchObject({ type: "function_call", name: "get_weather", arguments: '{"city":"Oslo"}' });
    const stream = demo.client.responses.stream({ model, input: question, tools: [weather] });
    expect((await stream.finalResponse()).output).toMatchObject([
      { type: "function_call", name: "get_weather", arguments: '{"city":"Oslo"}' },
    ]);
    const { output_text } = await demo.client.responses.create({
      model,
      instructions: "Be brief.",
      input: [
        { role: "user", content: question },
        call as OpenAI.Responses.ResponseFunctionToolCall,
        { type: "function_call_output", call_id: "call_1", output: "rain" },
      ],
      tools: [weather],
    });
    expect(output_text).toBe('The demo endpoint got this from the tool: "rain".');
  });

  test("reads images, and earlier answers", async () => {
    const { output_text } = await demo.client.responses.create({
      model,
      input: [
        { role: "user", content: "Hello" },
        { role: "assistant", content: "Hi." },
        {
          role: "user",
          content: [
            { type: "input_text", text: "Compare" },
            { type: "input_image", image_url: "https://example.com/a.png", detail: "auto" },
          ],
        },
      ],
    });
    expect(output_text).toMatch(/"Compare" 1 image was attached\.$/);
  });

  test("fills a schema", async () => {
    const { output_text } = await demo.client.responses.create({
      model,
      input: "The city is Lisbon.",
      text: {
        format: {
          type: "json_schema",
          name: "place",
          schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        },
      },
    });
    expect(JSON.parse(output_text)).toHaveProperty("city");
  });

  test("stops at the token limit, which has a minimum", async () => {
    const input = "Tell me something long about everything there is in the whole wide world, please, now.";
    const cut = await demo.client.responses.create({ model, input, max_output_tokens: 16 });
    expect(cut).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      usage: { output_tokens: 16 },
    });
    const refused = demo.client.responses.create({ model, input, max_output_tokens: 8 });
    await expect(refused).rejects.toThrow("max_output_tokens");
  });
});

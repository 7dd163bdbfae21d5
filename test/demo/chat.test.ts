import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { zodResponseFormat } from "openai/helpers/zod";
import * as z from "zod";
import { collect, post, startDemoClient } from "./demo-client.ts";
import type { DemoClient } from "./demo-client.ts";

let demo: DemoClient;
beforeAll(async () => {
  demo = await startDemoClient();
});
afterAll(() => demo.endpoint.close());

const model = "demo-chat";

function user(content: string): { role: "user"; content: string } {
  return { role: "user", content };
}

const weather = {
  type: "function" as const,
  function: {
    name: "get_weather",
    description: "Tells the weather of a city",
    parameters: z.toJSONSchema(
      z.object({ city: z.string(), unit: z.enum(["celsius", "kelvin"]).optional() }),
    ),
  },
};
const clock = { type: "function" as const, function: { name: "currentTime" } };

async function answer(content: string, more: object = {}) {
  const completion = await demo.client.chat.completions.create({ model, messages: [user(content)], ...more });
  return { completion, choice: completion.choices[0], text: completion.choices[0]?.message.content };
}

describe("chat", () => {
  it("answers sums, and counts its tokens", async () => {
    const { completion, choice, text } = await answer("What is 12 * (7 + 1)?");
    expect(text).toBe("The demo endpoint worked it out: 12 * (7 + 1) = 96.");
    expect(choice?.finish_reason).toBe("stop");
    // What is 12 * ( 7 + 1 ) ?  and  The demo endpoint worked it out : 12 * ( 7 + 1 ) = 96 .
    expect(completion.usage).toEqual({ prompt_tokens: 10, completion_tokens: 17, total_tokens: 27 });
  });

  it("says what it is and what it was asked", async () => {
    const { text } = await answer("Who are you?");
    expect(text).toBe('This is the demo endpoint; no model is behind this answer. You asked: "Who are you?"');
  });

  it("counts the images of the question", async () => {
    const image = { type: "image_url" as const, image_url: { url: "data:image/png;base64,AAAA" } };
    const content = [{ type: "text" as const, text: "Compare" }, image, image];
    const completion = await demo.client.chat.completions.create({
      model,
      messages: [{ role: "user", content }],
    });
    expect(completion.choices[0]?.message.content).toMatch(/"Compare" 2 images were attached\.$/);
  });

  it("gives the same words but another id every time", async () => {
    const [first, second] = await Promise.all([answer("Hello"), answer("Hello")]);
    expect(first.text).toBe(second.text);
    expect(first.completion.id).not.toBe(second.completion.id);
  });

  it.each([
    [{ max_tokens: 3 }, "This is the", "length"],
    [{ max_completion_tokens: 2, max_tokens: 3 }, "This is", "length"],
    [{ stop: ";" }, "This is the demo endpoint", "stop"],
    [{ stop: ["nowhere", " demo", "endpoint"] }, "This is the", "stop"],
    [{ stop: ";", max_tokens: 5 }, "This is the demo endpoint", "stop"],
    [{ stop: ";", max_tokens: 4 }, "This is the demo", "length"],
  ])("keeps to %j", async (limits, text, reason) => {
    const { completion, choice } = await answer("Hello", limits);
    expect(choice).toMatchObject({ message: { content: text }, finish_reason: reason });
    expect(completion.usage?.completion_tokens).toBe(text.split(" ").length);
  });
});

describe("tools", () => {
  it("are called when the question shares a word with one", async () => {
    const { choice } = await answer("How is the weather in Berlin, in kelvin?", { tools: [clock, weather] });
    expect(choice).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
    const [call] = choice?.message.tool_calls ?? [];
    expect(call).toMatchObject({ type: "function", function: { name: "get_weather" } });
    expect(JSON.parse(call?.type === "function" ? call.function.arguments : "")).toEqual({
      city: "Berlin",
      unit: "kelvin",
    });
  });

  it.each([
    ["Sing a song for the king", {}, undefined],
    ["What time is it?", {}, "currentTime"],
    ["How is the weather?", { tool_choice: "none" }, undefined],
    ["Sing a song", { tool_choice: "required" }, "currentTime"],
    [
      "How is the weather?",
      { tool_choice: { type: "function", function: { name: "currentTime" } } },
      "currentTime",
    ],
  ])("%j with %j", async (question, choice, expected) => {
    const { completion } = await answer(question, { tools: [clock, weather], ...choice });
    const [call] = completion.choices[0]?.message.tool_calls ?? [];
    expect(call?.type === "function" ? call.function.name : undefined).toBe(expected);
  });

  it("are quoted once they have answered", async () => {
    const call = {
      id: "call_1",
      type: "function" as const,
      function: { name: "get_weather", arguments: "{}" },
    };
    const completion = await demo.client.chat.completions.create({
      model,
      tools: [weather],
      tool_choice: "required",
      messages: [
        user("weather?"),
        { role: "assistant", tool_calls: [call] },
        { role: "tool", tool_call_id: "call_1", content: "18 degrees" },
      ],
    });
    expect(completion.choices[0]?.message.content).toBe(
      'The demo endpoint got this from the tool: "18 degrees".',
    );
  });

  it("must exist to be chosen", async () => {
    const choice = { tools: [weather], tool_choice: { type: "function", function: { name: "fly" } } };
    await expect(answer("Go", choice)).rejects.toMatchObject({ status: 400, param: "tool_choice" });
    await expect(answer("Go", { tool_choice: "required" })).rejects.toMatchObject({ param: "tool_choice" });
  });
});

describe("structured answers", () => {
  it("satisfy the schema, and are filled from the question", async () => {
    const trip = z.object({ city: z.string(), days: z.int(), mood: z.enum(["calm", "wild"]) });
    const completion = await demo.client.chat.completions.parse({
      model,
      messages: [user("Plan 3 wild days in Lisbon")],
      response_format: zodResponseFormat(trip, "trip"),
    });
    expect(completion.choices[0]?.message.parsed).toEqual({ city: "Lisbon", days: 3, mood: "wild" });
  });

  it("are an object with an answer when any JSON will do", async () => {
    const { text } = await answer("2 + 2", { response_format: { type: "json_object" } });
    expect(JSON.parse(text ?? "")).toEqual({ answer: "The demo endpoint worked it out: 2 + 2 = 4." });
  });
});

describe("streaming", () => {
  it("brings the same words in several chunks, and the usage last", async () => {
    const whole = await answer("Tell me a story");
    const stream = await demo.client.chat.completions.create({
      model,
      messages: [user("Tell me a story")],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    const choices = chunks.flatMap((chunk) => chunk.choices);
    const text = choices.map(({ delta }) => delta.content ?? "").join("");
    expect(text).toBe(whole.text);
    expect(choices.length).toBeGreaterThan(10);
    expect(choices[0]?.delta).toEqual({ role: "assistant", content: "" });
    expect(choices.map((choice) => choice.finish_reason).filter(Boolean)).toEqual(["stop"]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.completion.usage });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  it("names a called tool first and brings its arguments in pieces", async () => {
    const stream = await demo.client.chat.completions.create({
      model,
      messages: [user("weather in Oslo")],
      tools: [weather],
      stream: true,
    });
    const chunks = await collect(stream);
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls[0]).toMatchObject({
      index: 0,
      type: "function",
      function: { name: "get_weather", arguments: "" },
    });
    expect(calls[0]?.id).toMatch(/^call_/);
    expect(calls.length).toBeGreaterThan(3);
    expect(calls.slice(1).every((call) => call.id === undefined && call.index === 0)).toBe(true);
    const text = calls.map((call) => call.function?.arguments ?? "").join("");
    expect(JSON.parse(text)).toEqual({ city: "Oslo" });
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("tool_calls");
  });

  it("ends with [DONE], and has no usage unless asked for", async () => {
    const response = await post(demo.endpoint, "chat/completions", {
      model,
      messages: [user("Hi")],
      stream: true,
    });
    expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const body = await response.text();
    expect(body).toMatch(/\n\ndata: \[DONE\]\n\n$/);
    expect(body).not.toContain("usage");
  });
});

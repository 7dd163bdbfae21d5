import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, startDemoClient } from "./demo-client.ts";
import type { DemoClient } from "./demo-client.ts";

let demo: DemoClient;
beforeAll(async () => {
  demo = await startDemoClient();
});
afterAll(() => demo.endpoint.close());

const model = "demo-chat";

describe("legacy completions", () => {
  it("answer each prompt", async () => {
    const completion = await demo.client.completions.create({ model, prompt: ["1 + 1", "2 + 2"] });
    expect(completion.object).toBe("text_completion");
    expect(completion.choices).toMatchObject([
      { index: 0, text: "The demo endpoint worked it out: 1 + 1 = 2.", finish_reason: "stop" },
      { index: 1, text: "The demo endpoint worked it out: 2 + 2 = 4.", finish_reason: "stop" },
    ]);
    expect(completion.usage).toEqual({ prompt_tokens: 6, completion_tokens: 26, total_tokens: 32 });
  });

  it("keep to the limits", async () => {
    const cut = await demo.client.completions.create({ model, prompt: "Hello", max_tokens: 2 });
    expect(cut.choices[0]).toMatchObject({ text: "This is", finish_reason: "length" });
    const stopped = await demo.client.completions.create({ model, prompt: "Hello", stop: " the" });
    expect(stopped.choices[0]).toMatchObject({ text: "This is", finish_reason: "stop" });
  });

  it("stream the same words, and the usage last", async () => {
    const whole = await demo.client.completions.create({ model, prompt: "Hello" });
    const stream = await demo.client.completions.create({
      model,
      prompt: "Hello",
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    const choices = chunks.flatMap((chunk) => chunk.choices);
    expect(choices.map(({ text }) => text).join("")).toBe(whole.choices[0]?.text);
    expect(choices.length).toBeGreaterThan(10);
    expect(choices.at(-1)).toMatchObject({ text: "", finish_reason: "stop" });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
  });

  it("stream no usage unless asked for", async () => {
    const chunks = await collect(
      await demo.client.completions.create({ model, prompt: "Hello", stream: true }),
    );
    expect(chunks.filter((chunk) => chunk.choices.length === 0 || "usage" in chunk)).toEqual([]);
  });
});

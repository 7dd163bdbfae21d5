import * as fc from "fast-check";
import { expect, test } from "vitest";
import { llmChunkWriter, type LlmChunk } from "../../src/dify/replies.ts";

const text = fc.string({ unit: "binary" });
const call = { id: "call_1", type: "function", function: { name: "weather", arguments: "{}" } };

const chunk: fc.Arbitrary<LlmChunk> = fc.record({
  model: text,
  delta: fc.record({
    index: fc.nat(),
    message: fc.record(
      {
        role: fc.constant("assistant" as const),
        content: text,
        tool_calls: fc.constantFrom([], [call]),
        opaque_body: fc.constantFrom(undefined, { thought: "hm" }),
      },
      { requiredKeys: ["role", "content", "tool_calls"] },
    ),
    usage: fc.constant(null),
    finish_reason: fc.constantFrom(null, "stop"),
  }),
});

test("a chunk is written as JSON writes it, whichever model the answer is of", () => {
  fc.assert(
    fc.property(chunk, text, (one, other) => {
      const written = [one.model, other].map((model) => llmChunkWriter(model)(one));
      expect(written).toEqual([JSON.stringify(one), JSON.stringify(one)]);
    }),
  );
});

test("half a character is escaped", () => {
  const half: LlmChunk = {
    model: "m",
    delta: {
      index: 0,
      message: { role: "assistant", content: '"\ud83d\n', tool_calls: [] },
      usage: null,
      finish_reason: null,
    },
  };
  expect(llmChunkWriter("m")(half)).toBe(JSON.stringify(half));
  expect(llmChunkWriter("m")(half)).toContain('"\\"\\ud83d\\n"');
});

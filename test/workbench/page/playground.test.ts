/** What the playground computes: answers, tools, similarity, sound. */
import { describe, expect, test } from "vitest";
import type { LlmChunk } from "../../../src/workbench/contract.ts";
import {
  extendAnswer,
  NO_ANSWER,
  splitThoughts,
} from "../../../src/workbench/page/playground/chat/answer.ts";
import { readTool } from "../../../src/workbench/page/playground/chat/tools.ts";
import { cosine, nearestPair, similarityGrid } from "../../../src/workbench/page/playground/similarity.ts";
import {
  peaksOf,
  readWavHeader,
  samplesIn,
  writeWav,
} from "../../../src/workbench/page/playground/speech/wav.ts";

test("similarity", () => {
  expect(cosine([1, 0], [0, 2])).toBe(0);
  expect(cosine([1, 1], [2, 2])).toBeCloseTo(1);
  expect(cosine([0, 0], [1, 1])).toBe(0);
  const grid = similarityGrid([
    [1, 0],
    [0, 1],
    [1, 0.1],
  ]);
  expect(nearestPair(grid)).toEqual([0, 2]);
  expect(nearestPair(similarityGrid([[1]]))).toBeUndefined();
});

function chunk(
  message: Partial<LlmChunk["delta"]["message"]>,
  finish_reason: string | null = null,
): LlmChunk {
  return {
    model: "m",
    delta: {
      index: 0,
      message: { role: "assistant", content: "", tool_calls: [], ...message },
      usage: null,
      finish_reason,
    },
  };
}

function call(id: string, name: string, given: string): LlmChunk["delta"]["message"]["tool_calls"][number] {
  return { id, type: "function", function: { name, arguments: given } };
}

describe("an answer in pieces", () => {
  test("text and the reason it ended", () => {
    const answer = [chunk({ content: "a" }), chunk({ content: "b" }, "stop")].reduce(extendAnswer, NO_ANSWER);
    expect(answer).toMatchObject({ text: "ab", finishReason: "stop" });
  });

  test("calls: a new id is a new call, none goes on with the last", () => {
    const pieces = [
      chunk({ tool_calls: [call("1", "f", '{"a"')] }),
      chunk({ tool_calls: [call("", "", ":1}"), call("2", "g", "{}")] }),
    ];
    expect(pieces.reduce(extendAnswer, NO_ANSWER).toolCalls).toEqual([
      { id: "1", name: "f", arguments: '{"a":1}' },
      { id: "2", name: "g", arguments: "{}" },
    ]);
  });

  test.each([
    ["no thoughts", { thoughts: "", said: "no thoughts" }],
    ["<think>\nso far", { thoughts: "so far", said: "" }],
    ["<think>\nall\n</think>\n\nsaid", { thoughts: "all\n", said: "said" }],
    ["said <think>no</think>", { thoughts: "", said: "said <think>no</think>" }],
  ])("thoughts in %j", (text, parts) => {
    expect(splitThoughts(text)).toEqual(parts);
  });
});

test("tools are read in Dify's form and in OpenAI's; others are told", () => {
  const tool = { name: "f", description: "", parameters: { type: "object", properties: {} } };
  expect(readTool('{"name":"f"}')).toEqual(tool);
  expect(readTool('{"type":"function","function":{"name":"f"}}')).toEqual(tool);
  expect(readTool('{"description":"x"}')).toBeTypeOf("string");
  expect(readTool("{")).toBeTypeOf("string");
});

describe("WAV", () => {
  const wav = writeWav(Float32Array.from([0, 0.5, -0.5, 1]), 16_000);

  test("what is written is read", () => {
    const header = readWavHeader(wav);
    expect(header).toEqual({ channels: 1, sampleRate: 16_000, start: 44 });
    const samples = samplesIn(wav.subarray(44), 1);
    expect([...samples].map((sample) => Number(sample.toFixed(2)))).toEqual([0, 0.5, -0.5, 1]);
  });

  test("a header in pieces is waited for", () => {
    const lengths = Array.from({ length: 44 }, (_, length) => readWavHeader(wav.subarray(0, length)));
    expect(lengths.every((header) => header === undefined)).toBe(true);
  });

  test("peaks", () => {
    expect(peaksOf(Float32Array.from([0.1, -0.9, 0.2, 0.3]), 2).map((peak) => peak.toFixed(1))).toEqual([
      "0.9",
      "0.3",
    ]);
  });
});

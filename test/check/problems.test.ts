/** Whatever does not pass tells why, what to do, what to put into the form, and the request to try by hand. */
import { describe, expect, test } from "vitest";
import { fieldLabel } from "../../provider/field-labels.ts";
import { check, type CheckOptions } from "../../src/check/check.ts";
import type { Problem, StageResult } from "../../src/check/report.ts";
import { stage } from "../../src/check/stages.ts";
import { modelType } from "../../src/cli/check/model-type.ts";
import { ADDRESSES, EXPECTED } from "../../src/cli/check/self-test.ts";
import { FAULT_NAMES } from "../../src/demo/faults/faults.ts";
import { startDemoEndpoint } from "../../src/demo/server.ts";
import { createPlugin } from "../../src/plugin.ts";
import { answer, Upstream } from "../upstream/upstream.ts";

const KEY = "sk-problems-1234";

/** Fields that are named without a value, each for a reason: what is not known is not made up. */
const NO_VALUE: Readonly<Record<string, string>> = {
  api_key: "only its owner has the right one",
  endpoint_url: "no other address of the server was found",
  function_calling_type: "one answer in words is no proof that a model never calls tools",
  audio_type: "no other format was seen to work",
};

/** Nothing was sent: the address itself is wrong. */
const WITHOUT_REQUEST: ReadonlySet<string> = new Set(["url"]);

const plugin = createPlugin("", () => undefined);

const SILENT = { begin: () => undefined, end: () => undefined };

function optionsFor(url: string, of: string): CheckOptions {
  return {
    form: { endpoint_url: url, api_key: KEY },
    models: [],
    types: of === "server" ? [] : [of as "llm"],
    wanted: () => true,
    repeat: 1,
    probeAuth: true,
    // Longer than any fault but a stall.
    stageTimeout: 4_000,
    typeOf: modelType,
  };
}

async function problemsAt(url: string, of: string): Promise<StageResult[]> {
  const { stages } = await check(plugin, optionsFor(url, of), SILENT, new AbortController().signal);
  return stages.filter(({ verdict }) => verdict !== "pass" && verdict !== "skip");
}

function expectHelp({ cause, hint, field, label, value, shown, curl }: Problem, at: StageResult): void {
  expect(cause).toMatch(/[.]$/);
  expect(hint).toMatch(/^[A-Z"][^]+[.?]$/);
  expect(hint).not.toBe(cause);
  if (field !== undefined) {
    expect(`"${label}"`).toBe(fieldLabel(field));
    if (value === undefined) expect(Object.keys(NO_VALUE)).toContain(field);
    else expect(shown).toMatch(/./);
  }
  if (WITHOUT_REQUEST.has(at.stage)) expect(curl).toBeUndefined();
  else expect(curl).toMatch(/^curl -sSv? .*'https?:\/\//);
  expect(curl ?? "").not.toContain(KEY);
}

describe.concurrent("faults", () => {
  test.each(FAULT_NAMES)("%s", { timeout: 120_000 }, async (fault) => {
    const { verdict, stage: id } = EXPECTED[fault];
    const demo = await startDemoEndpoint({ faults: [fault] });
    const found = await problemsAt(demo.url, stage(id).of);
    await demo.close();
    if (verdict !== "pass") expect(found).not.toEqual([]);
    for (const result of found) {
      expect(result.problems).not.toEqual([]);
      for (const problem of result.problems) expectHelp(problem, result);
    }
  });
});

test.each(ADDRESSES)("$url", async ({ url }) => {
  const found = await problemsAt(url, "server");
  expect(found).not.toEqual([]);
  for (const result of found) for (const problem of result.problems) expectHelp(problem, result);
});

describe("remedies are tried before they are told", () => {
  test.each([
    ["mixed vectors", "embeddings", "max_chunks", "1"],
    ["short texts only", "embeddings", "context_size", "512"],
    ["ignores formats", "structured", "structured_output_support", "not_supported"],
    ["small context", "context", "context_size", "2048"],
  ] as const)("%s", async (fault, id, field, value) => {
    const demo = await startDemoEndpoint({ faults: [fault] });
    const found = await problemsAt(demo.url, stage(id).of);
    await demo.close();
    expect(found.find((result) => result.stage === id)?.problems).toContainEqual(
      expect.objectContaining({ field, value }),
    );
  });
});

describe("a language model", () => {
  test("is shown what the form lets through", async () => {
    const demo = await startDemoEndpoint();
    const form = { endpoint_url: demo.url, audio_support: "support", document_support: "support" };
    const options = { ...optionsFor(demo.url, "llm"), form, wanted: (id: string) => id === "files" };
    const { stages } = await check(plugin, options, SILENT, new AbortController().signal);
    await demo.close();
    expect(stages).toMatchObject([{ stage: "files", verdict: "pass", requests: 3 }]);
    expect(Object.keys(stages[0]?.evidence ?? {})).toEqual(["image", "audio", "document"]);
  });

  test("that thinks first is not blamed for a tool call the probe's few tokens cut off", async () => {
    const upstream = await Upstream.start();
    upstream.handler = (request, response) => {
      if (request.method === "GET") return answer({ data: [{ id: "m" }] })(request, response);
      const { max_tokens = 0 } = JSON.parse(request.body.toString()) as { max_tokens?: number };
      const call = {
        id: "c",
        type: "function",
        function: { name: "get_time", arguments: '{"city":"Oslo"}' },
      };
      const message =
        max_tokens < 100
          ? { role: "assistant", content: "", reasoning_content: "Let me see" }
          : { role: "assistant", content: "", tool_calls: [call] };
      const finish_reason = max_tokens < 100 ? "length" : "tool_calls";
      return answer({ choices: [{ message, finish_reason }] })(request, response);
    };
    const options = {
      ...optionsFor(`${upstream.origin}/v1`, "llm"),
      models: [{ model: "m", type: "llm" as const }],
      wanted: (id: string) => id === "tools",
    };
    const { stages } = await check(plugin, options, SILENT, new AbortController().signal);
    await upstream.close();
    expect(stages).toMatchObject([{ stage: "tools", verdict: "pass", evidence: { called: true } }]);
  });
});

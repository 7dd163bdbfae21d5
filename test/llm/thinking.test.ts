/** What an app sets about thinking, in the dialect of each server: `dialects.json`, a row for a server. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chatRequest } from "../../models/llm/chat/request.ts";
import { readExtraBody } from "../../models/llm/parameters.ts";
import { llmSchema } from "../../models/llm/schema.ts";
import { readWish, responsesThinking } from "../../models/llm/thinking.ts";
import { readSettings } from "../../provider/settings.ts";

interface Row {
  server: string;
  url: string;
  model: string;
  /** The fields of the server's dialect. */
  dialect: string[];
  /** Fields when the app switches thinking on, off, asks for much, for 2000 tokens. */
  on: object;
  off: object;
  high: object;
  budget: object;
}

const rows = JSON.parse(readFileSync(join(import.meta.dirname, "dialects.json"), "utf8")) as Row[];

const plain = ["model", "messages", "stream"];

/** The body's fields besides those every request has. */
function fieldsFor({ url, model }: Row, model_parameters: object, credentials: object = {}): object {
  const { settings } = readSettings({ endpoint_url: url, ...credentials });
  const body = chatRequest(
    {
      action: "invoke_llm",
      provider: "p",
      model,
      model_type: "llm",
      credentials: {},
      prompt_messages: [],
      model_parameters: { ...model_parameters },
      tools: [],
      stop: [],
      stream: false,
    },
    model,
    settings,
    readExtraBody({ model_parameters: { ...model_parameters } }),
  );
  return Object.fromEntries(Object.entries(body).filter(([name]) => !plain.includes(name)));
}

describe.each(rows)("$server", (row) => {
  test("nothing is sent that the app did not set", () => {
    expect(fieldsFor(row, {})).toEqual({});
    expect(fieldsFor(row, { reasoning_effort: "" })).toEqual({});
  });

  test("the switch changes the request", () => {
    expect(fieldsFor(row, { enable_thinking: true })).toEqual(row.on);
    expect(fieldsFor(row, { enable_thinking: false })).toEqual(row.off);
    expect(row.on).not.toEqual(row.off);
  });

  test("the effort changes the request without the switch", () => {
    expect(fieldsFor(row, { reasoning_effort: "high" })).toEqual(row.high);
    expect(row.high).not.toEqual({});
  });

  test("no effort is none: off, by the switch or by its name", () => {
    expect(fieldsFor(row, { enable_thinking: false, reasoning_effort: "high", thinking_budget: 9 })).toEqual(
      row.off,
    );
    const byName = { reasoning_effort: "none" };
    expect([row.off, byName, { ...row.off, ...byName }]).toContainEqual(fieldsFor(row, byName));
  });

  test("the budget is offered where it can be said", () => {
    const { settings } = readSettings({ endpoint_url: row.url, endpoint_model_name: row.model });
    const offered = llmSchema(row.model, settings).parameter_rules.map(({ name }) => name);
    expect(offered).toEqual(expect.arrayContaining(["enable_thinking", "reasoning_effort"]));
    expect(offered.includes("thinking_budget")).toBe(Object.keys(row.budget).length > 0);
    expect(fieldsFor(row, { thinking_budget: 2000 })).toEqual(row.budget);
  });

  test("no two dialects ever go together", () => {
    const anything = fc.record(
      {
        enable_thinking: fc.boolean(),
        reasoning_effort: fc.constantFrom("", "none", "low", "high", "max"),
        thinking_budget: fc.integer(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (set) => {
        const fields = Object.keys(fieldsFor(row, set));
        expect(row.dialect).toEqual(expect.arrayContaining(fields));
        // Gemini takes one of its two only.
        if (row.dialect.includes("extra_body")) expect(fields.length).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("who names a field of thinking himself is not added to", () => {
    const own = '{"chat_template_kwargs":{"enable_thinking":false}}';
    expect(fieldsFor(row, { enable_thinking: true, extra_body: own })).toEqual({});
    expect(fieldsFor(row, { enable_thinking: true }, { extra_body: own })).toEqual({});
  });
});

test("none reaches a model behind an alias by its own name", () => {
  const alias = { url: "http://gateway:4000", model: "my-gpt5" } as Row;
  expect(fieldsFor(alias, { reasoning_effort: "none" })).toEqual({
    chat_template_kwargs: { enable_thinking: false },
    reasoning_effort: "none",
  });
});

test.each([
  [{ enable_thinking: true, max_tokens: 1024 }, 2048, 1024],
  [{ enable_thinking: true, max_tokens: 2000 }, 2000, 1024],
  [{ reasoning_effort: "high", max_tokens: 100 }, 16_484, 16_384],
])("Claude has room to answer after it thought: %j", (set, max_tokens, budget_tokens) => {
  const claude = { url: "https://api.anthropic.com", model: "claude-sonnet-4-5" } as Row;
  expect(fieldsFor(claude, set)).toEqual({ max_tokens, thinking: { type: "enabled", budget_tokens } });
});

describe("the Responses API", () => {
  test.each([
    [{ enable_thinking: true }, { reasoning: { effort: "medium", summary: "auto" } }],
    [{ enable_thinking: false }, { reasoning: { effort: "none" } }],
    [{ reasoning_effort: "high" }, { reasoning: { effort: "high", summary: "auto" } }],
    [{ thinking_budget: 5 }, {}],
    [{}, {}],
  ])("%j", (set, fields) => {
    const { settings } = readSettings({ mode: "responses" });
    expect(responsesThinking(readWish(set).wish, "gpt-5.1", settings, {})).toEqual(fields);
  });
});

function names(credentials: Record<string, string>): string[] {
  const { settings } = readSettings(credentials);
  return llmSchema("m", settings).parameter_rules.map(({ name }) => name);
}

describe("what is offered", () => {
  test("nothing about thinking in completion mode", () => {
    expect(names({ mode: "completion" }).join()).not.toMatch(/think|reason/);
  });

  test("no switch for a model that always thinks", () => {
    const offered = names({ agent_thought_support: "only_thinking_supported" });
    expect(offered).not.toContain("enable_thinking");
    expect(offered).toContain("reasoning_effort");
  });
});

/** Histories as strict servers take them, whatever an app kept of a conversation. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { promptMessage, type PromptMessage } from "../../src/dify/messages.ts";
import { tidyHistory } from "../../models/llm/history.ts";

const read = (message: object): PromptMessage => promptMessage.parse(message);
const tidy = (...messages: object[]) =>
  tidyHistory(messages.map(read)).map(({ role, content, tool_calls, tool_call_id }) =>
    role === "tool"
      ? [role, tool_call_id, content]
      : [
          role,
          content,
          ...tool_calls.map(({ id, function: call }) => `${id} ${call.name} ${call.arguments}`),
        ],
  );
const calls = (...ids: string[]) => ({
  role: "assistant",
  tool_calls: ids.map((id) => ({ id, type: "function", function: { name: "f", arguments: "{}" } })),
});
const result = (tool_call_id: string, content: string, name = "f") => ({
  role: "tool",
  tool_call_id,
  content,
  name,
});
const user = (content: string) => ({ role: "user", content });

describe("results", () => {
  test("stand behind their calls, in the order of the calls", () => {
    expect(tidy(user("a"), calls("x", "y"), result("y", "2"), user("b"), result("x", "1"))).toEqual([
      ["user", "a"],
      ["assistant", "", "x f {}", "y f {}"],
      ["tool", "x", "1"],
      ["tool", "y", "2"],
      ["user", "b"],
    ]);
  });

  test("that are missing are said to be", () => {
    expect(tidy(calls("x"), user("b"))).toEqual([
      ["assistant", "", "x f {}"],
      ["tool", "x", "No result."],
      ["user", "b"],
    ]);
  });

  test("without a call are the user's words", () => {
    expect(tidy(result("gone", "1"), result("", "2", ""))).toEqual([
      ["user", "Result of the tool f:\n1\n\nResult of a tool:\n2"],
    ]);
  });

  test("that come twice answer once", () => {
    expect(tidy(calls("x"), result("x", "1"), result("x", "2"))).toEqual([
      ["assistant", "", "x f {}"],
      ["tool", "x", "1"],
      ["user", "Result of the tool f:\n2"],
    ]);
  });

  test("are told apart where every turn has the same ids, or none", () => {
    expect(tidy(calls("0"), calls("0"), result("0", "1"))).toEqual([
      ["assistant", "", "0 f {}"],
      ["tool", "0", "No result."],
      ["assistant", "", "call00001 f {}"],
      ["tool", "call00001", "1"],
    ]);
    expect(tidy(calls("", ""), result("", "1"), result("", "2"))).toEqual([
      ["assistant", "", "call00000 f {}", "call00001 f {}"],
      ["tool", "call00000", "1"],
      ["tool", "call00001", "2"],
    ]);
  });
});

test("arguments are JSON", () => {
  const given = ["", '{"a":1}', "a=1"].map((args) => ({
    id: args,
    function: { name: "f", arguments: args },
  }));
  expect(tidy({ role: "assistant", tool_calls: given })[0]).toEqual([
    "assistant",
    "",
    "call00000 f {}",
    '{"a":1} f {"a":1}',
    'a=1 f {"input":"a=1"}',
  ]);
});

test("what is said before a call belongs to its turn, its thoughts at the start", () => {
  const turn = { ...calls("x"), content: "<think>\nHm\n</think>\n\nLook" };
  expect(tidy({ role: "assistant", content: "First" }, turn, result("x", "1"))).toEqual([
    ["assistant", "<think>\nHm\n</think>\n\nFirst\n\nLook", "x f {}"],
    ["tool", "x", "1"],
  ]);
});

test("nothing is empty but the question", () => {
  const blank = [{ type: "text", data: " " }];
  const system = { role: "system", content: blank };
  const image = { type: "image", url: "http://i" };
  expect(tidy(system, user(" "), { role: "assistant", content: "\n" }, user(""))).toEqual([["user", ""]]);
  expect(tidy({ role: "user", content: [...blank, image] })[0]?.[1]).toMatchObject([image]);
});

test("files of system messages follow all of them", () => {
  const image = { type: "image", url: "http://i" };
  const roles = tidy({ role: "system", content: [{ type: "text", data: "a" }, image] }, user("b"), {
    role: "system",
    content: "c",
  }).map(([role]) => role);
  expect(roles).toEqual(["system", "user"]);
});

const words = fc.constantFrom("", " ", "a", "<think>x</think>b");
const parts = fc.array(
  fc.oneof(
    words.map((data) => ({ type: "text", data })),
    fc.constant({ type: "image", url: "http://i" }),
  ),
  { maxLength: 3 },
);
const id = fc.constantFrom("", "x", "y", "call00001");
const name = fc.constantFrom("", "f");
const anyMessage = fc.oneof(
  fc.record({ role: fc.constantFrom("system", "developer", "user"), content: fc.oneof(words, parts), name }),
  fc.record({
    role: fc.constant("assistant"),
    content: fc.oneof(words, parts),
    tool_calls: fc.array(fc.record({ id, function: fc.record({ name: words, arguments: words }) }), {
      maxLength: 3,
    }),
  }),
  fc.record({ role: fc.constant("tool"), content: fc.oneof(words, parts), tool_call_id: id, name }),
);

/** What a strict server checks. */
function faults(messages: readonly PromptMessage[]): string[] {
  const found: string[] = [];
  const ids = new Set<string>();
  for (const [position, { role, content, tool_calls, tool_call_id }] of messages.entries()) {
    const last = messages[position - 1];
    if (role === "system" && position > 0) found.push("a system message that is not the first");
    if (role !== "tool" && last?.role === role) found.push(`two neighbours: ${role}`);
    const says = typeof content === "string" ? content.trim() !== "" : content.length > 0;
    if (role !== "tool" && !says && tool_calls.length === 0 && position < messages.length - 1) {
      found.push(`empty ${role}`);
    }
    for (const call of tool_calls) {
      if (call.id === "" || ids.has(call.id)) found.push(`id "${call.id}"`);
      ids.add(call.id);
      expect(() => JSON.parse(call.function.arguments) as unknown).not.toThrow();
    }
    const answered = messages.slice(position + 1, position + 1 + tool_calls.length);
    if (answered.map((one) => one.tool_call_id).join() !== tool_calls.map((call) => call.id).join()) {
      found.push("calls without results");
    }
    if (role === "tool" && !ids.has(tool_call_id)) found.push("a result without its call");
  }
  const results = messages.filter(({ role }) => role === "tool").length;
  if (results !== ids.size) found.push(`${results} results of ${ids.size} calls`);
  return found;
}

test("any history is in order", () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 8 }), (messages) => {
      const once = tidyHistory(messages.map(read));
      expect(faults(once)).toEqual([]);
      expect(tidyHistory(once)).toEqual(once);
    }),
    { numRuns: 3_000 },
  );
});

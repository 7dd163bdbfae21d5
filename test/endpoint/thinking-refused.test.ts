/** What is changed when a server refuses what was said about thinking. */
import { expect, test } from "vitest";
import { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import { adapt } from "../../src/endpoint/adaptation.ts";
import { adaptationsFor, lasts } from "../../src/endpoint/refusals.ts";

const FACTS = { method: "POST", url: "http://host/v1/chat/completions", status: 400 };

function changed(body: object, param: string, words = "", kind: EndpointError["kind"] = "parameter-refused") {
  const changes = adaptationsFor(new EndpointError(kind, { ...FACTS, param, words }), body, []);
  return changes.length > 0 ? adapt(body, changes) : undefined;
}

test.each([
  "reasoning_effort",
  "reasoning",
  "enable_thinking",
  "thinking_budget",
  "thinking",
  "chat_template_kwargs",
  "extra_body",
])("%s is left out", (field) => {
  expect(changed({ model: "m", messages: [], [field]: {} }, field)).toEqual({ model: "m", messages: [] });
});

const turn = { role: "assistant", content: null, tool_calls: [] };

test.each([
  ["reasoning_content", "reasoning_content"],
  ["reasoning_content", "messages[1].reasoning_content"],
  ["reasoning_details", "body.messages.1.assistant.reasoning_details"],
])("%s is left out of earlier turns, named %s", (field, param) => {
  expect(changed({ messages: [{ role: "user" }, { ...turn, [field]: "Hm" }] }, param)).toEqual({
    messages: [{ role: "user" }, turn],
  });
});

test("an effort the server does not know is left out of that call alone (vLLM, SGLang)", () => {
  const error = new EndpointError("bad-request", { ...FACTS, param: "reasoning_effort" });
  const [change] = adaptationsFor(error, { reasoning_effort: "none" }, []);
  expect(change).toEqual({ drop: "reasoning_effort" });
  expect(change && lasts(change, error)).toBe(false);
});

test("what a server misses is not left out", () => {
  const body = { messages: [{ ...turn, reasoning_content: "Hm" }] };
  expect(changed(body, "reasoning_content", "is missing", "bad-request")).toBeUndefined();
});

test("DashScope's models think in streams only", () => {
  const words = "parameter.enable_thinking must be set to false for non-streaming calls";
  expect(changed({ stream: false }, "enable_thinking", words)).toEqual({
    stream: false,
    enable_thinking: false,
  });
  expect(changed({ stream: false, enable_thinking: false }, "enable_thinking", words)).toBeUndefined();
  const streamed = { stream: true, enable_thinking: true };
  expect(adapt(streamed, [{ onlyStreamed: "enable_thinking" }])).toEqual(streamed);
});

/** What goes back with earlier tool calls, by server and model. */
import { describe, expect, test } from "vitest";
import { chatMessage } from "../../models/llm/chat/messages.ts";
import { replayFor } from "../../models/llm/chat/replay.ts";
import { EchoCollector } from "../../models/llm/echo.ts";
import { readSettings } from "../../provider/settings.ts";

const CALLS = ["a", "b"].map((id) => ({ id, type: "function", function: { name: "f", arguments: "{}" } }));

/** The message besides its role; thoughts stand in the text unless an echo comes. */
function turn(url: string, model: string, opaque_body?: object): Record<string, unknown> {
  const { settings } = readSettings({ endpoint_url: url });
  const message = {
    role: "assistant" as const,
    content: "<think>\nHmm\n</think>So",
    name: "",
    tool_calls: CALLS,
    tool_call_id: "",
    ...(opaque_body && { opaque_body }),
  };
  const { role: _role, ...rest } = chatMessage(message, { videoAsImage: false }, replayFor(settings, model));
  return { ...rest };
}

describe("thoughts", () => {
  test.each([
    ["https://api.deepseek.com", "deepseek-chat"],
    ["https://api.moonshot.cn/v1", "kimi-k2-thinking"],
    ["https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus"],
    ["https://open.bigmodel.cn", "glm-4.7"],
    ["http://gpu:8000/v1", "deepseek-ai/DeepSeek-V3.2"],
    ["http://gpu:8000/v1", "moonshotai/Kimi-K2-Thinking"],
  ])("go back to %s, %s", (url, model) => {
    expect(turn(url, model)).toEqual({ content: "So", reasoning_content: "Hmm", tool_calls: CALLS });
    const { reasoning, reasoning_content } = turn(url, model, { reasoning: "Other" });
    expect([reasoning, reasoning_content]).toEqual(
      url.includes("gpu") ? ["Other", undefined] : [undefined, "Other"],
    );
  });

  test.each([
    ["https://api.groq.com/openai/v1", "qwen/qwen3-32b"],
    ["https://api.mistral.ai/v1", "magistral-medium-latest"],
    ["https://api.openai.com/v1", "gpt-5"],
  ])("never go to %s", (url, model) => {
    const echo = { reasoning_content: "Hmm", reasoning_details: [{ text: "Hmm" }] };
    expect(turn(url, model)).toEqual({ content: "So", tool_calls: CALLS });
    expect(turn(url, model, echo)).toEqual({ content: "So", tool_calls: CALLS });
  });

  test("go back as `reasoning` where they came so", () => {
    const echo = { reasoning: "Hmm" };
    expect(turn("http://host:11434/v1", "qwen3", echo)).toEqual({
      content: "So",
      reasoning: "Hmm",
      tool_calls: CALLS,
    });
  });

  test("go as they came where nothing else is known", () => {
    const details = [{ type: "reasoning.text", text: "Hmm", signature: "s" }];
    expect(turn("https://openrouter.ai", "x/y", { reasoning: "H", reasoning_details: details })).toEqual({
      content: "So",
      reasoning_details: details,
      tool_calls: CALLS,
    });
    expect(turn("http://gpu:8000/v1", "m", { thought: "Hmm" })).toEqual({ content: "So", tool_calls: CALLS });
  });
});

function extras(url: string, model: string, opaque?: object): unknown[] {
  const calls = turn(url, model, opaque)["tool_calls"] as { extra_content?: unknown }[];
  return calls.map(({ extra_content }) => extra_content);
}

describe("signatures", () => {
  const GEMINI = "https://generativelanguage.googleapis.com";
  const STAND_IN = { google: { thought_signature: "skip_thought_signature_validator" } };
  test("go back with the call they came with", () => {
    const extra = { google: { thought_signature: "S" } };
    const echo = { tool_calls_extra: { a: extra } };
    expect(extras(GEMINI, "gemini-3-pro-preview", echo)).toEqual([extra, undefined]);
    expect(extras("https://gateway", "any", echo)).toEqual([extra, undefined]);
    for (const host of ["api.mistral.ai", "api.groq.com", "api.openai.com"]) {
      expect(extras(`https://${host}`, "any", echo)).toEqual([undefined, undefined]);
    }
  });

  test("have a stand-in for Gemini 3 alone, on the first call", () => {
    expect(extras(GEMINI, "gemini-3-pro-preview")).toEqual([STAND_IN, undefined]);
    expect(extras(GEMINI, "gemini-2.5-flash")).toEqual([undefined, undefined]);
    expect(extras("https://gateway", "gemini-3-pro-preview")).toEqual([undefined, undefined]);
  });
});

describe("an echo", () => {
  test("joins the pieces of an entry and keeps entries apart", () => {
    const echo = new EchoCollector();
    echo.entries("reasoning_details", [{ type: "reasoning.text", text: "H", index: 0, signature: null }]);
    echo.entries("reasoning_details", [{ type: "reasoning.text", text: "m", index: 0 }]);
    echo.entries("reasoning_details", [{ type: "reasoning.text", signature: "s", index: 0 }]);
    echo.entries("reasoning_details", [
      { type: "reasoning.text", text: "B", index: 1 },
      { type: "reasoning.encrypted", data: "x", index: 1 },
      { type: "reasoning.encrypted", data: "y", index: 1 },
    ]);
    expect(echo.collected("", {})).toEqual({
      reasoning_details: [
        { type: "reasoning.text", text: "Hm", index: 0, signature: "s" },
        { type: "reasoning.text", text: "B", index: 1 },
        { type: "reasoning.encrypted", data: "x", index: 1 },
        { type: "reasoning.encrypted", data: "y", index: 1 },
      ],
    });
  });

  test("keeps entries apart that have no number", () => {
    const details = ["A", "B"].map((words) => ({ type: "reasoning.text", text: words, index: null }));
    const echo = new EchoCollector();
    echo.entries("reasoning_details", details);
    expect(echo.collected("", {})).toEqual({ reasoning_details: details });
  });

  test("is none when there is nothing to say", () => {
    expect(new EchoCollector().collected("", {})).toBeUndefined();
  });
});

/** The smallest model provider: a language model that says what it was told. */
import { join } from "node:path";
import {
  DifyError,
  type LanguageModel,
  type LlmUsage,
  type PromptMessage,
} from "dify-openai-compatible/dify";
import { runPlugin } from "dify-openai-compatible/runtime";

function usage(asked: number, said: number): LlmUsage {
  return {
    prompt_tokens: asked,
    prompt_unit_price: "0",
    prompt_price_unit: "0",
    prompt_price: "0",
    completion_tokens: said,
    completion_unit_price: "0",
    completion_price_unit: "0",
    completion_price: "0",
    total_tokens: asked + said,
    total_price: "0",
    currency: "USD",
    latency: 0,
  };
}

function words(messages: readonly PromptMessage[]): string[] {
  const [content] = messages.slice(-1).map((message) => message.content);
  const text = typeof content === "string" ? content : (content ?? []).map(({ data }) => data).join(" ");
  return text.split(/(?<=\s)/).filter((word) => word !== "");
}

const echo: LanguageModel = {
  async invoke({ model, prompt_messages, stream }, sink) {
    const said = words(prompt_messages);
    if (said.length === 0) throw new DifyError("InvokeBadRequestError", "There is nothing to echo.");
    const pieces = stream ? said : [said.join("")];
    for (const [index, content] of pieces.entries()) {
      const last = index === pieces.length - 1;
      const delta = {
        index,
        message: { role: "assistant" as const, content, tool_calls: [] },
        usage: last ? usage(said.length, said.length) : null,
        finish_reason: last ? "stop" : null,
      };
      // False means that Dify reads slowly.
      if (!sink.write({ model, delta })) await sink.drained();
    }
  },
  countTokens: ({ prompt_messages }) => Promise.resolve(words(prompt_messages).length),
  validateCredentials: () => Promise.resolve({ result: true }),
  schema: ({ model }) => ({
    model,
    label: { en_US: model },
    model_type: "llm",
    features: [],
    fetch_from: "customizable-model",
    model_properties: { mode: "chat", context_size: 4096 },
    parameter_rules: [],
  }),
};

void runPlugin({
  folder: join(import.meta.dirname, ".."),
  load: () =>
    Promise.resolve({
      validateCredentials: () => Promise.resolve({ result: true }),
      models: { llm: echo },
    }),
}).then(() => process.exit(0));

/** Wires the provider: which models there are, and what they share. */
import { join } from "node:path";
import { OpenAiLanguageModel } from "../models/llm/model.ts";
import { OpenAiModerationModel } from "../models/moderation/model.ts";
import { OpenAiRerankModel } from "../models/rerank/model.ts";
import { OpenAiSpeechToTextModel } from "../models/speech2text/model.ts";
import { OpenAiTextEmbeddingModel } from "../models/text_embedding/model.ts";
import { OpenAiTextToSpeechModel } from "../models/tts/model.ts";
import { validateProvider } from "../provider/provider.ts";
import type { ProbedProvider } from "./check/probe.ts";
import { TokenCounter } from "./tokens/token-counter.ts";

/** @param folder where the bundled worker lies */
export function createPlugin(folder: string, log: (message: string) => void): ProbedProvider {
  const tokens = new TokenCounter(join(folder, "token-worker.cjs"), log);
  return {
    validateCredentials: validateProvider,
    models: {
      llm: new OpenAiLanguageModel((texts) => tokens.count(texts)),
      "text-embedding": new OpenAiTextEmbeddingModel(tokens),
      rerank: new OpenAiRerankModel(),
      speech2text: new OpenAiSpeechToTextModel(),
      tts: new OpenAiTextToSpeechModel(),
      moderation: new OpenAiModerationModel(),
    },
  };
}

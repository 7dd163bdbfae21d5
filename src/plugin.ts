/** Wires the provider: which models there are, and what they share. */
import { join } from "node:path";
import { OpenAiLanguageModel } from "../models/llm/model.ts";
import { OpenAiModerationModel } from "../models/moderation/model.ts";
import { OpenAiRerankModel } from "../models/rerank/model.ts";
import { OpenAiSpeechToTextModel } from "../models/speech2text/model.ts";
import { OpenAiTextEmbeddingModel } from "../models/text_embedding/model.ts";
import { OpenAiTextToSpeechModel } from "../models/tts/model.ts";
import { validateProvider } from "../provider/provider.ts";
import type { ModelProvider } from "./dify/models.ts";
import { TokenCounter } from "./tokens/token-counter.ts";

/** @param folder where the bundled worker lies */
export function createPlugin(folder: string, log: (message: string) => void): ModelProvider {
  const counter = new TokenCounter(join(folder, "token-worker.cjs"), log);
  const countTokens = (texts: readonly string[]): Promise<number[]> => counter.count(texts);
  return {
    validateCredentials: validateProvider,
    models: {
      llm: new OpenAiLanguageModel(countTokens),
      "text-embedding": new OpenAiTextEmbeddingModel(countTokens),
      rerank: new OpenAiRerankModel(),
      speech2text: new OpenAiSpeechToTextModel(),
      tts: new OpenAiTextToSpeechModel(),
      moderation: new OpenAiModerationModel(),
    },
  };
}

/** What Dify is told a language model can do. */
import type { Feature, ModelSchema } from "../../src/dify/model-schema.ts";
import { pricing } from "../../provider/prices.ts";
import type { Settings } from "../../provider/settings.ts";
import { parameterRules } from "./parameters.ts";

/** Assumed when the form says nothing: most models served today read at least this much. */
const CONTEXT_SIZE = 32_768;

export function llmSchema(model: string, settings: Settings): ModelSchema {
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "llm",
    fetch_from: "customizable-model",
    features: llmFeatures(settings),
    model_properties: { mode: difyMode(settings), context_size: settings.context_size ?? CONTEXT_SIZE },
    parameter_rules: parameterRules(settings),
    pricing: pricing(settings),
  };
}

/** Dify knows two modes; to it, a chat is a chat, however it is asked for. */
function difyMode({ mode }: Settings): "chat" | "completion" {
  return mode === "completion" ? "completion" : "chat";
}

/** Unless set by hand, what can be tried is declared: Dify withholds images from a model without `vision`. */
function llmFeatures(settings: Settings): Feature[] {
  if (settings.mode === "completion") return [];
  const features: Feature[] = [];
  if (settings.function_calling_type !== "none") {
    features.push("tool-call", "multi-tool-call");
    if (settings.stream_function_calling) features.push("stream-tool-call");
  }
  const thoughts = settings.agent_thought_support;
  if (thoughts === "shown" || thoughts === "always") features.push("agent-thought");
  if (settings.vision_support !== false) features.push("vision");
  if (settings.audio_support) features.push("audio");
  if (settings.video_support) features.push("video");
  if (settings.document_support) features.push("document");
  if (settings.structured_output_support) features.push("structured-output");
  return features;
}

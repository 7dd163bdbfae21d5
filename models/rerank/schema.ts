/** What Dify is told about a rerank model. */
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { Settings } from "../../provider/settings.ts";

/** Assumed when the form says nothing. */
const CONTEXT_SIZE = 8_192;

export function rerankSchema(model: string, settings: Settings): ModelSchema {
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "rerank",
    fetch_from: "customizable-model",
    features: takesImages(model, settings) ? ["vision"] : [],
    model_properties: { context_size: settings.context_size ?? CONTEXT_SIZE },
    parameter_rules: [],
  };
}

/** jina-reranker-m0, Qwen3-VL-Reranker, qwen3-vl-rerank, llama-nemotron-rerank-vl, lychee-rerank-mm */
const MULTIMODAL = /(?:^|[-_/])(?:m0|mm|vl\d*|vision|multimodal)(?:[-_:.]|$)/i;

/** By the form, else by the model's name: no server tells. */
export function takesImages(model: string, settings: Settings): boolean {
  return settings.vision_support ?? MULTIMODAL.test(settings.endpoint_model_name || model);
}

/** What Dify is told about an embedding model. */
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import { pricing } from "../../provider/prices.ts";
import type { Settings } from "../../provider/settings.ts";
import { vectorsThatFit } from "./reply.ts";

/** Assumed when the form says nothing: the limit of OpenAI's models and of most served today. */
const CONTEXT_SIZE = 8_192;

/** @param vectorSize numbers in a vector, as soon as that is known */
export function embeddingSchema(model: string, settings: Settings, vectorSize?: number): ModelSchema {
  const most = vectorSize === undefined ? settings.max_chunks : vectorsThatFit(vectorSize);
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "text-embedding",
    fetch_from: "customizable-model",
    features: settings.vision_support ? ["vision"] : [],
    model_properties: {
      context_size: settings.context_size ?? CONTEXT_SIZE,
      max_chunks: Math.min(settings.max_chunks, most),
    },
    parameter_rules: [],
    pricing: pricing(settings),
  };
}

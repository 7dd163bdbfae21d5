/** What Dify is told about an embedding model. */
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import { pricing } from "../../provider/prices.ts";
import type { Settings } from "../../provider/settings.ts";

/** Assumed when the form says nothing: the limit of OpenAI's models and of most served today. */
const CONTEXT_SIZE = 8_192;

export function embeddingSchema(model: string, settings: Settings): ModelSchema {
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "text-embedding",
    fetch_from: "customizable-model",
    features: [],
    model_properties: {
      context_size: settings.context_size ?? CONTEXT_SIZE,
      max_chunks: settings.max_chunks,
    },
    parameter_rules: [],
    pricing: pricing(settings),
  };
}

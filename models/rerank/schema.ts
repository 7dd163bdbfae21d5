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
    features: [],
    model_properties: { context_size: settings.context_size ?? CONTEXT_SIZE },
    parameter_rules: [],
  };
}

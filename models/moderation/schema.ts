/** What Dify is told about a moderation model. */
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { Settings } from "../../provider/settings.ts";
import { MAX_CHARACTERS, MAX_TEXTS } from "./request.ts";

export function moderationSchema(model: string, settings: Settings): ModelSchema {
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "moderation",
    fetch_from: "customizable-model",
    features: [],
    model_properties: { max_chunks: MAX_TEXTS, max_characters_per_chunk: MAX_CHARACTERS },
    parameter_rules: [],
  };
}

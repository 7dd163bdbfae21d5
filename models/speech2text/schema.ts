/** What Dify is told about a transcription model. */
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { Settings } from "../../provider/settings.ts";

export function transcriptionSchema(model: string, settings: Settings): ModelSchema {
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "speech2text",
    fetch_from: "customizable-model",
    features: [],
    model_properties: {
      file_upload_limit: settings.file_upload_limit,
      supported_file_extensions: "flac,mp3,mp4,mpeg,mpga,m4a,ogg,wav,webm",
    },
    parameter_rules: [],
  };
}

/** What Dify is told about a speech model. */
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { Settings } from "../../provider/settings.ts";
import { offlineVoices } from "./voices.ts";

/** Dify shows a voice only for the languages it lists. */
const LANGUAGES = [
  "en-US",
  "zh-Hans",
  "zh-Hant",
  "ja-JP",
  "ko-KR",
  "de-DE",
  "fr-FR",
  "es-ES",
  "it-IT",
  "pt-BR",
];

export function speechSchema(model: string, settings: Settings): ModelSchema {
  const voices = offlineVoices(settings);
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "tts",
    fetch_from: "customizable-model",
    features: [],
    model_properties: {
      ...(voices[0] && { default_voice: voices[0].value }),
      voices: voices.map(({ name, value }) => ({ name, mode: value, language: LANGUAGES })),
      word_limit: settings.word_limit,
      audio_type: settings.audio_type,
      max_workers: 5,
    },
    parameter_rules: [],
  };
}

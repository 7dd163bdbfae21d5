/** What Dify is told about a speech model. */
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { Voice } from "../../src/dify/replies.ts";
import type { Settings } from "../../provider/settings.ts";

/** The voices OpenAI began with; most servers take these names. */
const VOICES = ["alloy", "echo", "fable", "onyx", "nova", "shimmer"];

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

/** Characters Dify puts in one request; OpenAI's limit is 4,096. */
const WORD_LIMIT = 3_500;

export function speechSchema(model: string, settings: Settings): ModelSchema {
  const voices = speechVoices(settings);
  return {
    model,
    label: { en_US: settings.display_name || model },
    model_type: "tts",
    fetch_from: "customizable-model",
    features: [],
    model_properties: {
      ...(voices[0] && { default_voice: voices[0].value }),
      voices: voices.map(({ name, value }) => ({ name, mode: value, language: LANGUAGES })),
      word_limit: WORD_LIMIT,
      audio_type: settings.audio_type,
      max_workers: 5,
    },
    parameter_rules: [],
  };
}

export function speechVoices({ voices }: Settings): Voice[] {
  return (voices.length > 0 ? voices : VOICES).map((voice) => ({ name: voice, value: voice }));
}

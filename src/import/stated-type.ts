/**
 * What a server itself says about a model's type. There is no standard; the fields and words below are those
 * of LiteLLM (`mode`), Xinference (`model_ability`, `model_type`), speaches and GitHub Models (`task`), new-api
 * (`supported_endpoint_types`), Infinity, Ollama and Mistral (`capabilities`), Cohere (`endpoints`),
 * OpenRouter (`architecture.output_modalities`), Together, Vercel and LM Studio (`type`).
 */
import type { Guess, ModelType } from "./model-type.ts";

/** From the field that says most about a model to the one that says least. */
const FIELDS = [
  "mode",
  "model_ability",
  "task",
  "supported_endpoint_types",
  "capabilities",
  "endpoints",
  "output_modalities",
  "type",
  "model_type",
] as const;

/**
 * A model of several abilities is of the first type that fits: one that chats and transcribes is a language
 * model. new-api says `openai` of every model, so that is no word of these.
 */
const TYPES: readonly { readonly type: ModelType | null; readonly words: string }[] = [
  { type: "text-embedding", words: "embed embedding embeddings text-embedding feature-extraction" },
  { type: "rerank", words: "rerank reranker reranking jina-rerank text-ranking" },
  { type: "moderation", words: "moderation moderations" },
  {
    type: "llm",
    words: `chat completion completions responses generate text language llm vlm code chat-completion
      chat-completions text-generation completion-chat anthropic`,
  },
  {
    type: "speech2text",
    words: `audio-transcription transcription transcribe audio2text speech-to-text
      automatic-speech-recognition`,
  },
  { type: "tts", words: "audio-speech text-to-speech text2audio tts speech" },
  {
    type: null,
    words: `image-generation gemini-image-generation image-edit openai-image-edit image images text2image text-to-image image2image video
      video-generation openai-video realtime ocr search music`,
  },
];

const WORDS = TYPES.map(({ type, words }) => ({ type, words: new Set(words.split(/\s+/)) }));

/** @param item what a server says about one model, of any shape */
export function statedType(item: unknown): Guess | undefined {
  const facts = record(item);
  const place = { ...record(facts["architecture"]), ...facts };
  for (const field of FIELDS) {
    const words = wordsOf(place[field]);
    const found = WORDS.find((one) => words.some((word) => one.words.has(word)));
    if (found) return { type: found.type, why: `the server's ${field}: ${words.slice(0, 4).join(", ")}` };
  }
  return undefined;
}

/** A word, a list of them, or an object of switches, as Mistral has it. */
function wordsOf(value: unknown): string[] {
  if (typeof value === "string") return [normal(value)];
  if (Array.isArray(value)) return value.filter((word) => typeof word === "string").map(normal);
  return Object.entries(record(value)).flatMap(([word, on]) => (on === true ? [normal(word)] : []));
}

function normal(word: string): string {
  return word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

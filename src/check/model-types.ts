/** Which models a server has, and what each one is for, as far as the list or the name tells. */
import * as z from "zod";
import type { ModelType } from "./stages.ts";

const words = z.union([z.string().transform((word) => [word]), z.array(z.string())]).catch([]);
const size = z.number().int().positive().optional().catch(undefined);

const item = z.object({
  id: z.string(),
  // LiteLLM
  mode: words.optional(),
  // Infinity
  capabilities: words.optional(),
  // Together, LM Studio
  type: words.optional(),
  // vLLM, OpenRouter, Groq, Mistral and others
  max_model_len: size,
  context_length: size,
  context_window: size,
  max_context_length: size,
});

export interface ListedModel {
  readonly id: string;
  readonly type: ModelType;
  /** Tokens. */
  readonly contextSize?: number;
}

const listed = item.transform((found): ListedModel => {
  const { id, mode = [], capabilities = [], type = [] } = found;
  const contextSize =
    found.max_model_len ?? found.context_length ?? found.context_window ?? found.max_context_length;
  return {
    id,
    type: typeByWords([...mode, ...capabilities, ...type]) ?? typeByName(id),
    ...(contextSize !== undefined && { contextSize }),
  };
});

const named = z.string().transform((id): ListedModel => ({ id, type: typeByName(id) }));
const items = z.array(z.union([named, listed, z.unknown().transform(() => undefined)]));

/** Together sends a bare array. */
export const modelListing = z
  .union([items, z.object({ data: items }).transform(({ data }) => data)])
  .transform((found) => found.filter((model) => model !== undefined));

const WORDS: Readonly<Record<string, ModelType>> = {
  embedding: "text-embedding",
  embeddings: "text-embedding",
  embed: "text-embedding",
  rerank: "rerank",
  audio_transcription: "speech2text",
  audio_speech: "tts",
  moderation: "moderation",
  chat: "llm",
  completion: "llm",
  llm: "llm",
  vlm: "llm",
};

function typeByWords(found: readonly string[]): ModelType | undefined {
  return found.map((word) => WORDS[word.toLowerCase()]).find((type) => type !== undefined);
}

/** The first that fits: `bge-reranker` ranks. */
const NAMES: readonly { readonly type: ModelType; readonly words: RegExp }[] = [
  { type: "rerank", words: /re-?rank/i },
  { type: "moderation", words: /moderation|guard/i },
  { type: "speech2text", words: /whisper|transcri|\b(?:asr|stt)\b|sensevoice|paraformer/i },
  { type: "tts", words: /\btts|-tts|speech|kokoro|cosyvoice|orpheus/i },
  { type: "text-embedding", words: /embed|\b(?:bge|gte|e5|minilm|m3e|jina-clip)\b/i },
];

export function typeByName(id: string): ModelType {
  return NAMES.find(({ words: known }) => known.test(id))?.type ?? "llm";
}

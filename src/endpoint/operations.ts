/** The operations of an OpenAI-compatible server, as they stand at the end of a request's path. */
export type Operation =
  | "chat/completions"
  | "completions"
  | "responses"
  | "embeddings"
  | "rerank"
  | "moderations"
  | "audio/transcriptions"
  | "audio/speech"
  | "audio/voices"
  // BytePlus
  | "tts/unidirectional"
  | "models"
  // What models are: LiteLLM, Ollama, LM Studio
  | "model/info"
  | "api/show"
  | "api/v0/models";

/**
 * What stands behind a server's base when one of its endpoints was pasted, and which of our operations
 * the endpoint is good for. `undefined`: it only names the server.
 */
const ENDINGS: ReadonlyMap<string, Operation | undefined> = new Map([
  ["chat/completions", "chat/completions"],
  ["completions", "completions"],
  ["responses", "responses"],
  ["embeddings", "embeddings"],
  ["audio/transcriptions", "audio/transcriptions"],
  ["audio/speech", "audio/speech"],
  ["tts/unidirectional", "tts/unidirectional"],
  ["models", "models"],
  ["moderations", "moderations"],
  ["rerank", "rerank"],
  // vLLM and LiteLLM rerank under /v2, and nothing else.
  ["v2/rerank", "rerank"],
  // DashScope, in OpenAI's manner and in its own
  ["reranks", "rerank"],
  ["text-rerank/text-rerank", "rerank"],
  // llama.cpp
  ["reranking", "rerank"],
  // vLLM
  ["score", "rerank"],
  ["audio/translations", undefined],
  ["audio/voices", undefined],
  // Old speaches lists voices at audio/speech/voices.
  ["voices", undefined],
  ["audio", undefined],
  ["chat", undefined],
  // Anthropic
  ["messages", undefined],
  // TEI
  ["embed", undefined],
  // TGI
  ["generate", undefined],
  ["generate_stream", undefined],
  // Ollama
  ["api/chat", undefined],
  ["api/generate", undefined],
  ["api/embed", undefined],
  ["api/embeddings", undefined],
  ["api/tags", undefined],
  // The page about itself of every FastAPI server: vLLM, Xinference, LiteLLM, ...
  ["docs", undefined],
]);

export const VERSION = /^v\d+(?:alpha|beta)?\d*$/i;

export interface Split {
  /** The path before all endings. */
  readonly rest: readonly string[];
  /** The endpoint the path ends in. */
  readonly ending?: { readonly length: number; readonly operation: Operation | undefined };
}

/** Cuts endpoints off a path's end, also several (`audio/models`), but never the first `kept` segments. */
export function splitEndings(segments: readonly string[], kept: number): Split {
  const ending = [2, 1].flatMap((length) => {
    if (segments.length - length < kept) return [];
    const name = segments.slice(-length).join("/").toLowerCase();
    // Ollama's endpoints have no version before them; `/v1/api` is somebody's prefix.
    if (name.startsWith("api/") && segments.some((segment) => VERSION.test(segment))) return [];
    return ENDINGS.has(name) ? [{ length, operation: ENDINGS.get(name) }] : [];
  })[0];
  if (!ending) return { rest: segments };
  return { rest: splitEndings(segments.slice(0, -ending.length), kept).rest, ending };
}

/** The demo's models, and which route each one answers on. */
import { ApiError } from "./api-error.ts";

export type DemoRoute =
  | "chat/completions"
  | "completions"
  | "responses"
  | "embeddings"
  | "rerank"
  | "moderations"
  | "audio/transcriptions"
  | "audio/speech";

const routesByModel: ReadonlyMap<string, readonly DemoRoute[]> = new Map([
  ["demo-chat", ["chat/completions", "completions", "responses"]],
  ["demo-embedding", ["embeddings"]],
  ["demo-rerank", ["rerank"]],
  ["demo-moderation", ["moderations"]],
  ["demo-transcribe", ["audio/transcriptions"]],
  ["demo-speech", ["audio/speech"]],
] as const);

/** The demo's model of each type; the types are named as in Dify. */
export const DEMO_MODELS = {
  llm: "demo-chat",
  "text-embedding": "demo-embedding",
  rerank: "demo-rerank",
  speech2text: "demo-transcribe",
  tts: "demo-speech",
  moderation: "demo-moderation",
} as const;

/** What LiteLLM calls a model's purpose in its own list. */
const modes: Readonly<Record<DemoRoute, string>> = {
  "chat/completions": "chat",
  completions: "completion",
  responses: "responses",
  embeddings: "embedding",
  rerank: "rerank",
  moderations: "moderation",
  "audio/transcriptions": "audio_transcription",
  "audio/speech": "audio_speech",
};

/** 2025-01-01: a fixed date, so that the list never changes. */
const created = 1_735_689_600;

export function modelList(): object {
  const data = [...routesByModel].map(([id, [route = "chat/completions"]]) => ({
    id,
    object: "model",
    created,
    owned_by: "demo",
    mode: modes[route],
  }));
  return { object: "list", data };
}

/** Throws what OpenAI's API answers when the model is unknown or made for something else. */
export function checkModel(model: string, route: DemoRoute): void {
  const routes = routesByModel.get(model);
  if (!routes) {
    throw new ApiError(404, `The model \`${model}\` does not exist; this is the demo endpoint.`, {
      code: "model_not_found",
    });
  }
  if (routes.includes(route)) return;
  const usable = routes.map((each) => `/v1/${each}`).join(" or ");
  throw new ApiError(400, `The model \`${model}\` is not for /v1/${route}; use it with ${usable}.`, {
    param: "model",
  });
}

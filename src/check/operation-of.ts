/** Where a model is asked. */
import type { Settings } from "../../provider/settings.ts";
import type { Operation } from "../endpoint/address.ts";
import type { ModelType } from "./stages.ts";

/** By its type; of several ways, the usual one. */
export const OPERATIONS: Readonly<Record<ModelType, Operation>> = {
  llm: "chat/completions",
  "text-embedding": "embeddings",
  rerank: "rerank",
  speech2text: "audio/transcriptions",
  tts: "audio/speech",
  moderation: "moderations",
};

const MODES = { chat: "chat/completions", completion: "completions", responses: "responses" } as const;

/** As the form says. */
export function operationOf(
  type: ModelType,
  { mode, tts_api_format }: Pick<Settings, "mode" | "tts_api_format">,
): Operation {
  if (type === "llm") return MODES[mode];
  return type === "tts" && tts_api_format === "byteplus" ? "tts/unidirectional" : OPERATIONS[type];
}

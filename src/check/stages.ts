/** What a check tries, stage by stage, in the order of their causes. */

export const MODEL_TYPES = ["llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

/** Where a stage belongs: to the server, or to each model of a type. */
export type StageOf = "server" | ModelType;

interface Stage {
  readonly title: string;
  readonly of: StageOf;
  /** Requests it takes when all goes well. */
  readonly requests: number;
  /** Tokens a model may write for it. */
  readonly tokens: number;
  /** Runs only when it is asked for. */
  readonly onDemand?: true;
}

/** The ids are for `--only`, `--skip` and reports, and never change. */
export const STAGES = {
  url: { title: "Address understood", of: "server", requests: 0, tokens: 0 },
  network: { title: "Name, connection, certificate", of: "server", requests: 0, tokens: 0 },
  http: { title: "HTTP answer", of: "server", requests: 1, tokens: 0 },
  auth: { title: "Key", of: "server", requests: 0, tokens: 0 },
  models: { title: "List of models", of: "server", requests: 0, tokens: 0 },
  stream: { title: "Chat, streamed", of: "llm", requests: 1, tokens: 16 },
  chat: { title: "Chat, whole", of: "llm", requests: 1, tokens: 16 },
  tools: { title: "Tool calls", of: "llm", requests: 3, tokens: 400 },
  parameters: { title: "Parameters", of: "llm", requests: 2, tokens: 128 },
  structured: { title: "JSON output", of: "llm", requests: 2, tokens: 256 },
  reasoning: { title: "Thinking", of: "llm", requests: 0, tokens: 0 },
  files: { title: "Image, audio, video, documents", of: "llm", requests: 1, tokens: 32 },
  context: { title: "A long question", of: "llm", requests: 1, tokens: 16 },
  errors: { title: "An error, told", of: "llm", requests: 1, tokens: 0 },
  embeddings: { title: "Text embedding", of: "text-embedding", requests: 4, tokens: 0 },
  rerank: { title: "Rerank", of: "rerank", requests: 2, tokens: 0 },
  speech2text: { title: "Speech to text", of: "speech2text", requests: 2, tokens: 0 },
  tts: { title: "Text to speech", of: "tts", requests: 2, tokens: 0 },
  moderation: { title: "Moderation", of: "moderation", requests: 1, tokens: 0 },
  stress: { title: "Several at once", of: "llm", requests: 5, tokens: 320, onDemand: true },
} as const satisfies Record<string, Stage>;

export type StageId = keyof typeof STAGES;

export const STAGE_IDS = Object.keys(STAGES) as [StageId, ...StageId[]];

export function stage(id: StageId): Stage {
  return STAGES[id];
}

/** The stages of a server, or of a model of a type. */
export function stagesOf(of: StageOf): readonly StageId[] {
  return STAGE_IDS.filter((id) => STAGES[id].of === of);
}

/** Which stage a model's probe belongs to; the names are those of the models' probes. */
const PROBES: Readonly<Record<string, StageId>> = {
  "streamed answer": "stream",
  "whole answer": "chat",
  "tool call": "tools",
};

/** A probe without a stage of its own belongs to the last stage of its type that has probes. */
const OWN: Readonly<Record<ModelType, StageId>> = {
  llm: "chat",
  "text-embedding": "embeddings",
  rerank: "rerank",
  speech2text: "speech2text",
  tts: "tts",
  moderation: "moderation",
};

export function stageOfProbe(type: ModelType, probe: string): StageId {
  return type === "llm" ? (PROBES[probe] ?? OWN.llm) : OWN[type];
}

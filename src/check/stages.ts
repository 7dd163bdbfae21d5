/** What a check tries, stage by stage, in the order of their causes. */

export const MODEL_TYPES = ["llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"] as const;
export type ModelType = (typeof MODEL_TYPES)[number];

/** Where a stage belongs: to the server, or to each model of a type. */
export type StageOf = "server" | ModelType;

interface Stage {
  readonly title: string;
  readonly of: StageOf;
  /** The most requests it takes when nothing is refused. */
  readonly requests: number;
  /** Tokens a model may write for it, and about as many as it reads. */
  readonly written: number;
  readonly read: number;
  /** Runs only when it is asked for. */
  readonly onDemand?: true;
}

/** The ids are for `--only`, `--skip` and reports, and never change. */
export const STAGES = {
  url: { title: "Address understood", of: "server", requests: 0, written: 0, read: 0 },
  network: { title: "Name, connection, certificate", of: "server", requests: 0, written: 0, read: 0 },
  http: { title: "HTTP answer", of: "server", requests: 1, written: 0, read: 0 },
  auth: { title: "Key", of: "server", requests: 0, written: 0, read: 0 },
  models: { title: "List of models", of: "server", requests: 0, written: 0, read: 0 },
  stream: { title: "Chat, streamed", of: "llm", requests: 1, written: 16, read: 20 },
  chat: { title: "Chat, whole", of: "llm", requests: 1, written: 16, read: 20 },
  tools: { title: "Tool calls", of: "llm", requests: 3, written: 416, read: 400 },
  parameters: { title: "Parameters", of: "llm", requests: 2, written: 96, read: 100 },
  structured: { title: "JSON output", of: "llm", requests: 2, written: 256, read: 200 },
  reasoning: { title: "Thinking", of: "llm", requests: 1, written: 2048, read: 20 },
  files: { title: "Image, audio, documents", of: "llm", requests: 1, written: 32, read: 300 },
  context: { title: "A long question", of: "llm", requests: 1, written: 16, read: 3200 },
  errors: { title: "An error, told", of: "llm", requests: 1, written: 16, read: 20 },
  embeddings: { title: "Text embedding", of: "text-embedding", requests: 5, written: 0, read: 9200 },
  rerank: { title: "Rerank", of: "rerank", requests: 3, written: 0, read: 100 },
  speech2text: { title: "Speech to text", of: "speech2text", requests: 2, written: 0, read: 0 },
  tts: { title: "Text to speech", of: "tts", requests: 3, written: 0, read: 20 },
  moderation: { title: "Moderation", of: "moderation", requests: 1, written: 0, read: 10 },
  stress: { title: "Several at once", of: "llm", requests: 6, written: 416, read: 150, onDemand: true },
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

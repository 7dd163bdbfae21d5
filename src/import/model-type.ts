/** The model types a workspace takes, as Dify spells them; `null` for a model that is none of them. */
export const MODEL_TYPES = ["llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"] as const;

export type ModelType = (typeof MODEL_TYPES)[number];

/** What a model is taken for, and the reason. */
export interface Guess {
  readonly type: ModelType | null;
  readonly why: string;
  /** Nothing speaks for it: it is what most models are. */
  readonly unclear?: true;
}

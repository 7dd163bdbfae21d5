/**
 * What Dify is told about a model: features, limits, parameters, price.
 *
 * Dify's own parser rejects unknown features and unknown model properties, and a model whose schema it
 * cannot parse vanishes from every list; hence the closed types.
 */
import type { Decimal } from "./replies.ts";

export type ModelType = "llm" | "text-embedding" | "rerank" | "speech2text" | "tts" | "moderation";

/** `en_US` is required; a missing `zh_Hans` is filled from it. */
export interface I18n {
  en_US: string;
  zh_Hans?: string;
}

export type Feature =
  | "tool-call"
  | "multi-tool-call"
  | "stream-tool-call"
  | "agent-thought"
  | "vision"
  | "document"
  | "audio"
  | "video"
  | "structured-output"
  | "polling";

export interface ModelProperties {
  mode?: "chat" | "completion";
  /** Tokens. */
  context_size?: number;
  /** Texts in one embedding call. */
  max_chunks?: number;
  /** Megabytes. */
  file_upload_limit?: number;
  /** Comma-separated, such as `mp3,wav`. */
  supported_file_extensions?: string;
  /** Characters of one text in a moderation call. */
  max_characters_per_chunk?: number;
  default_voice?: string;
  voices?: readonly { name: string; mode: string; language: readonly string[] }[];
  /** Characters Dify puts in one speech request. */
  word_limit?: number;
  audio_type?: string;
  max_workers?: number;
}

export interface ParameterRule {
  name: string;
  label: I18n;
  type: "float" | "int" | "string" | "boolean" | "text";
  help?: I18n;
  required: boolean;
  default?: number | string | boolean;
  min?: number;
  max?: number;
  /** Decimal places of a `float`. */
  precision?: number;
  /** Allowed values of a `string`. */
  options?: readonly string[];
}

/** Prices are per `unit` tokens times the unit: with unit `0.000001`, per million. */
export interface Pricing {
  input: Decimal;
  output?: Decimal;
  unit: Decimal;
  currency: string;
}

export interface ModelSchema {
  model: string;
  label: I18n;
  model_type: ModelType;
  features: readonly Feature[];
  fetch_from: "customizable-model" | "predefined-model";
  /** Never null: the daemon accepts that, Dify's API does not. */
  model_properties: ModelProperties;
  parameter_rules: readonly ParameterRule[];
  pricing?: Pricing;
}

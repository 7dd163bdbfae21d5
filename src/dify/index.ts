/** Dify's contract with a model provider: what a plugin implements, is asked and answers. */
export { Base64 } from "./base64.ts";
export { DifyError, type ErrorType } from "./errors.ts";
export type { ContentPart, PromptMessage, Tool, ToolCall, ToolChoice } from "./messages.ts";
export type {
  Feature,
  I18n,
  ModelProperties,
  ModelSchema,
  ModelType,
  ParameterRule,
  Pricing,
} from "./model-schema.ts";
export type {
  CallContext,
  LanguageModel,
  ModelProvider,
  RerankModel,
  Sink,
  SpeechToTextModel,
  TextEmbeddingModel,
  TextToSpeechModel,
} from "./models.ts";
export { readParameters, type ParameterValues } from "./parameters.ts";
export type {
  Decimal,
  EmbeddingResult,
  EmbeddingUsage,
  LlmChunk,
  LlmUsage,
  RerankResult,
  SpeechChunk,
  Validated,
  Voice,
} from "./replies.ts";
export type { Action, Credentials, Request, RequestOf } from "./requests.ts";

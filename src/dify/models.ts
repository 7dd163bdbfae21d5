/**
 * What a plugin implements: one object for each model type it offers.
 *
 * Every method may throw a `DifyError`, which reaches Dify under its own class; anything else thrown is a
 * defect of the plugin and is reported as one.
 */
import type { ModelSchema } from "./model-schema.ts";
import type { EmbeddingResult, LlmChunk, RerankResult, SpeechChunk, Validated, Voice } from "./replies.ts";
import type { RequestOf } from "./requests.ts";

/** Where a streamed answer goes, piece by piece. */
export interface Sink<T> {
  /** Queues one piece. False means that Dify reads slowly: stop producing until `drained()` resolves. */
  write(piece: T): boolean;
  drained(): Promise<void>;
}

/** What every call is handed besides its request. */
export interface CallContext {
  /** Aborted when the plugin stops. Dify itself never cancels a call. */
  readonly signal: AbortSignal;
  /** One line for the daemon's log. No keys, prompts or headers. */
  readonly log: (message: string) => void;
}

interface Model {
  /** Throws `DifyError` of class `CredentialsValidateFailedError`; never returns a negative result. */
  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated>;
  /** Must always answer, without network: a failing schema makes the saved model vanish from Dify. */
  schema(request: RequestOf<"get_ai_model_schemas">): ModelSchema;
}

export interface LanguageModel extends Model {
  /** Writes one or more chunks; exactly one when `request.stream` is false. */
  invoke(request: RequestOf<"invoke_llm">, sink: Sink<LlmChunk>, context: CallContext): Promise<void>;
  countTokens(request: RequestOf<"get_llm_num_tokens">): Promise<number>;
}

export interface TextEmbeddingModel extends Model {
  invoke(request: RequestOf<"invoke_text_embedding">, context: CallContext): Promise<EmbeddingResult>;
  /** Texts and images together; asked of models whose schema has the feature `vision`. */
  invokeMultimodal?(
    request: RequestOf<"invoke_multimodal_embedding">,
    context: CallContext,
  ): Promise<EmbeddingResult>;
  /** One count for each text. */
  countTokens(request: RequestOf<"get_text_embedding_num_tokens">): Promise<number[]>;
}

export interface RerankModel extends Model {
  invoke(request: RequestOf<"invoke_rerank">, context: CallContext): Promise<RerankResult>;
  /** Asked only of a model with the feature `vision`. */
  invokeMultimodal(
    request: RequestOf<"invoke_multimodal_rerank">,
    context: CallContext,
  ): Promise<RerankResult>;
}

export interface SpeechToTextModel extends Model {
  invoke(request: RequestOf<"invoke_speech2text">, context: CallContext): Promise<string>;
}

export interface TextToSpeechModel extends Model {
  invoke(request: RequestOf<"invoke_tts">, sink: Sink<SpeechChunk>, context: CallContext): Promise<void>;
  /** May ask the network, but must always answer: Dify asks for the voices before it speaks. */
  voices(request: RequestOf<"get_tts_model_voices">, context: CallContext): Promise<readonly Voice[]>;
}

export interface ModerationModel extends Model {
  /** True when the text is to be kept back. */
  invoke(request: RequestOf<"invoke_moderation">, context: CallContext): Promise<boolean>;
}

/** A plugin: its provider and the model types it offers. A type that is absent is answered with an error. */
export interface ModelProvider {
  validateCredentials(
    request: RequestOf<"validate_provider_credentials">,
    context: CallContext,
  ): Promise<Validated>;
  readonly models: {
    readonly llm?: LanguageModel;
    readonly "text-embedding"?: TextEmbeddingModel;
    readonly rerank?: RerankModel;
    readonly speech2text?: SpeechToTextModel;
    readonly tts?: TextToSpeechModel;
    readonly moderation?: ModerationModel;
  };
}

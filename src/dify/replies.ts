/**
 * What a provider answers, action by action.
 *
 * Two readers check every reply: the daemon (Go structs) and Dify's API (pydantic models). The types here
 * are the intersection of what both accept; where one of them is stricter, the comment says which.
 */
import type { ContentPart, ToolCall } from "./messages.ts";

/** A decimal in plain notation, such as `"0.0000155"`. Text, because neither reader may round it. */
export type Decimal = string;

/** Complete or absent: the daemon rejects a partial usage object. Token counts are whole numbers. */
export interface LlmUsage {
  prompt_tokens: number;
  prompt_unit_price: Decimal;
  prompt_price_unit: Decimal;
  prompt_price: Decimal;
  completion_tokens: number;
  completion_unit_price: Decimal;
  completion_price_unit: Decimal;
  completion_price: Decimal;
  total_tokens: number;
  total_price: Decimal;
  currency: string;
  /** Seconds. */
  latency: number;
}

/** One piece of a language model's answer. The last piece carries `usage` and `finish_reason`. */
export interface LlmChunk {
  model: string;
  delta: {
    /** Numbered from 0. */
    index: number;
    message: {
      role: "assistant";
      /** Never null: the daemon ends the request on it. */
      content: string | ContentPart[];
      /** Never absent: the daemon would write null, which Dify's API rejects. */
      tool_calls: ToolCall[];
      opaque_body?: unknown;
    };
    usage: LlmUsage | null;
    finish_reason: string | null;
  };
}

const PLAIN_MIDDLE = ',"message":{"role":"assistant","content":';
const PLAIN_END = ',"tool_calls":[]},"usage":null,"finish_reason":null}}';

/**
 * Writes the chunks of one answer as JSON. Nearly all are plain pieces of text, for which it takes a tenth of
 * the time to walk no object.
 */
export function llmChunkWriter(model: string): (chunk: LlmChunk) => string {
  const start = `{"model":${JSON.stringify(model)},"delta":{"index":`;
  return (chunk) => {
    const { index, message, usage, finish_reason } = chunk.delta;
    const { content, tool_calls, opaque_body } = message;
    const isPlain =
      chunk.model === model &&
      typeof content === "string" &&
      tool_calls.length === 0 &&
      opaque_body === undefined &&
      usage === null &&
      finish_reason === null;
    if (!isPlain) return JSON.stringify(chunk);
    return `${start}${index}${PLAIN_MIDDLE}${JSON.stringify(content)}${PLAIN_END}`;
  };
}

export interface EmbeddingUsage {
  tokens: number;
  total_tokens: number;
  unit_price: Decimal;
  price_unit: Decimal;
  total_price: Decimal;
  currency: string;
  /** Seconds. */
  latency: number;
}

export interface EmbeddingResult {
  model: string;
  /**
   * The bytes of JSON, in pieces, as vectors are long: an array of one vector for each text, in the order
   * of the texts.
   */
  embeddings: readonly Buffer[];
  usage: EmbeddingUsage;
}

/** In pieces. */
export function embeddingResultToJson({ embeddings, ...rest }: EmbeddingResult): Buffer[] {
  return [Buffer.from(`${JSON.stringify(rest).slice(0, -1)},"embeddings":`), ...embeddings, Buffer.from("}")];
}

export interface RerankResult {
  model: string;
  /** Best first. `index` is the position in the request. */
  docs: readonly { index: number; text: string; score: number }[];
}

/** A piece of audio, hex-encoded. Pieces are concatenated in order. */
export interface SpeechChunk {
  result: string;
  mime_type?: string;
}

export interface Voice {
  name: string;
  value: string;
}

/** A successful validation. `credentials`, strings only, are merged into what Dify stores. */
export interface Validated {
  result: true;
  credentials?: Readonly<Record<string, string>>;
}

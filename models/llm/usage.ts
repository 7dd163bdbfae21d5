/** A server's own count of tokens. */
import { count, record } from "./wire-values.ts";

export interface ServerUsage {
  prompt: number;
  completion: number;
  /** Of the prompt, read from a cache. Dify has no place for it, nor for the next. */
  cached?: number;
  /** Of the completion, spent on thinking. */
  reasoning?: number;
}

/** Undefined when it is no count: Ollama sends zeros before the real one. */
export function readUsage(value: unknown): ServerUsage | undefined {
  if (value === undefined || value === null) return undefined;
  const usage = record(value);
  // Chat's names, and those of the Responses API.
  const prompt = count(usage["prompt_tokens"] ?? usage["input_tokens"]);
  const told = count(usage["completion_tokens"] ?? usage["output_tokens"]);
  if (prompt === undefined || told === undefined || prompt + told === 0) return undefined;
  // xAI leaves the thoughts out of the completion, but not out of the sum.
  const completion = Math.max(told, (count(usage["total_tokens"]) ?? 0) - prompt);
  const read = record(usage["prompt_tokens_details"] ?? usage["input_tokens_details"]);
  const written = record(usage["completion_tokens_details"] ?? usage["output_tokens_details"]);
  // DeepSeek's name, and Moonshot's
  const cached = count(read["cached_tokens"] ?? usage["prompt_cache_hit_tokens"] ?? usage["cached_tokens"]);
  const reasoning = count(written["reasoning_tokens"]);
  return { prompt, completion, ...(cached && { cached }), ...(reasoning && { reasoning }) };
}

/** One line for the log; undefined when Dify is told everything anyway. */
export function describeUsage({ prompt, completion, cached, reasoning }: ServerUsage): string | undefined {
  const parts = [
    ...(cached ? [`${cached} of ${prompt} prompt tokens came from a cache`] : []),
    ...(reasoning ? [`${reasoning} of ${completion} completion tokens were thoughts`] : []),
  ];
  return parts.length > 0 ? parts.join(", ") : undefined;
}

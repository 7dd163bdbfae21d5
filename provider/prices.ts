/**
 * Money without rounding errors: decimals as whole numbers of a fixed smallest unit.
 */
import type { Pricing } from "../src/dify/model-schema.ts";
import type { Decimal, EmbeddingUsage, LlmUsage } from "../src/dify/replies.ts";
import type { Settings } from "./settings.ts";

/** Prices in the form are for a million tokens. */
const UNIT: Decimal = "0.000001";

/** Decimal places kept while multiplying, and in the result. Dify's own SDK rounds half up to 7 places. */
const INNER_PLACES = 18;
const PLACES = 7;

/** What most forms say. */
const FREE: Decimal = "0";

export type Prices = Pick<Settings, "input_price" | "output_price" | "currency">;

export function pricing(prices: Prices): Pricing {
  return { input: prices.input_price, output: prices.output_price, unit: UNIT, currency: prices.currency };
}

export interface TokenCounts {
  prompt: number;
  completion: number;
}

/** @param latency seconds */
export function llmUsage({ prompt, completion }: TokenCounts, prices: Prices, latency: number): LlmUsage {
  const promptPrice = priceOf(prompt, prices.input_price);
  const completionPrice = priceOf(completion, prices.output_price);
  return {
    prompt_tokens: prompt,
    prompt_unit_price: prices.input_price,
    prompt_price_unit: UNIT,
    prompt_price: write(promptPrice),
    completion_tokens: completion,
    completion_unit_price: prices.output_price,
    completion_price_unit: UNIT,
    completion_price: write(completionPrice),
    total_tokens: prompt + completion,
    total_price: write(promptPrice + completionPrice),
    currency: prices.currency,
    latency,
  };
}

/** Embeddings have an input price only. @param latency seconds */
export function embeddingUsage(tokens: number, prices: Prices, latency: number): EmbeddingUsage {
  return {
    tokens,
    total_tokens: tokens,
    unit_price: prices.input_price,
    price_unit: UNIT,
    total_price: write(priceOf(tokens, prices.input_price)),
    currency: prices.currency,
    latency,
  };
}

/** In units of 10^-7, rounded half up. */
function priceOf(tokens: number, perMillion: Decimal): bigint {
  if (perMillion === FREE) return 0n;
  const exact = BigInt(tokens) * read(perMillion) * 10n ** BigInt(INNER_PLACES - 6);
  const step = 10n ** BigInt(INNER_PLACES * 2 - PLACES);
  return (exact + step / 2n) / step;
}

/** In units of 10^-18. */
function read(decimal: Decimal): bigint {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(INNER_PLACES, "0"));
}

function write(amount: bigint): Decimal {
  if (amount === 0n) return FREE;
  const digits = amount.toString().padStart(PLACES + 1, "0");
  const fraction = digits.slice(-PLACES).replace(/0+$/, "");
  return `${digits.slice(0, -PLACES)}${fraction && `.${fraction}`}`;
}

/** Which models a server lists, and what each one is for. */
import * as z from "zod";
import type { ModelType } from "./stages.ts";

/** Tells a model's type by its entry in a list, at least `{ id }`; null for one that is of no use to Dify. */
export type TypeOf = (entry: { readonly id: string }) => ModelType | null;

export interface ListedModel {
  readonly id: string;
  readonly type: ModelType | null;
  /** Tokens. */
  readonly contextSize?: number;
}

const size = z.number().int().positive().optional().catch(undefined);

/** vLLM, OpenRouter, Groq, Mistral, LiteLLM and others say how much a model reads. */
const item = z.looseObject({
  id: z.string().min(1),
  max_model_len: size,
  context_length: size,
  context_window: size,
  max_context_length: size,
  max_input_tokens: size,
});

export function modelListing(typeOf: TypeOf): z.ZodType<readonly ListedModel[]> {
  const listed = item.transform((entry): ListedModel => {
    const { max_model_len, context_length, context_window, max_context_length, max_input_tokens } = entry;
    const contextSize =
      max_model_len ?? context_length ?? context_window ?? max_context_length ?? max_input_tokens;
    return { id: entry.id, type: typeOf(entry), ...(contextSize !== undefined && { contextSize }) };
  });
  const named = z.string().transform((id): ListedModel => ({ id, type: typeOf({ id }) }));
  const items = z.array(z.union([named, listed, z.unknown().transform(() => undefined)]));
  // Together sends a bare array.
  return z
    .union([items, z.object({ data: items }).transform(({ data }) => data)])
    .transform((found) => found.filter((model) => model !== undefined));
}

/** Request fields that chat and legacy completions share. */
import * as z from "zod";

export const tokenLimit = z.int().min(1).nullish();

export const stopSequences = z
  .union([z.string(), z.array(z.string()).max(4)])
  .nullish()
  .transform((value) => [value ?? []].flat());

export const streamOptions = z.object({ include_usage: z.boolean().nullish() }).nullish();

/** `POST /v1/embeddings` */
import * as z from "zod";
import { countTokens } from "./demo-tokens.ts";
import { base64Floats, embed } from "./hash-embedding.ts";
import { textInput } from "./text-input.ts";

export const embeddingRequest = z.object({
  model: z.string(),
  input: textInput,
  dimensions: z.int().min(8).max(1024).nullish(),
  encoding_format: z.enum(["float", "base64"]).nullish(),
});

export function embeddingReply(request: z.output<typeof embeddingRequest>): object {
  const inputs = [request.input].flat();
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  const data = inputs.map((input, index) => {
    const vector = embed(input, request.dimensions ?? undefined);
    const embedding = request.encoding_format === "base64" ? base64Floats(vector) : Array.from(vector);
    return { object: "embedding", index, embedding };
  });
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  return { object: "list", model: request.model, data, usage };
}

/** `POST /v1/rerank`, in the shape that Jina and Cohere share. */
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { countTokens } from "./demo-tokens.ts";
import { cosine, embed } from "./hash-embedding.ts";

export const rerankRequest = z.object({
  model: z.string(),
  query: z.string().min(1),
  documents: z.array(z.union([z.string(), z.object({ text: z.string() })])).min(1),
  top_n: z.int().min(1).nullish(),
  return_documents: z.boolean().nullish(),
});

/** Documents come back unless `return_documents` is false, as with Jina. */
export function rerankReply(request: z.output<typeof rerankRequest>): object {
  const texts = request.documents.map((document) =>
    typeof document === "string" ? document : document.text,
  );
  const query = embed(request.query);
  const results = texts
    .map((text, index) => ({
      index,
      relevance_score: relevance(query, embed(text)),
      ...(request.return_documents !== false && { document: { text } }),
    }))
    .toSorted((left, right) => right.relevance_score - left.relevance_score)
    .slice(0, request.top_n ?? undefined);
  const tokens = [request.query, ...texts].reduce((sum, text) => sum + countTokens(text), 0);
  return {
    id: `rerank-demo-${randomUUID()}`,
    model: request.model,
    results,
    usage: { total_tokens: tokens },
  };
}

/** Hashing can leave unrelated texts slightly opposed, and rounding a text slightly nearer than itself. */
function relevance(query: Float32Array, document: Float32Array): number {
  return Math.min(1, Math.max(0, cosine(query, document)));
}

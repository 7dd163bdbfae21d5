/** From Dify's query and documents to the body of a rerank request, in the shape of Jina and Cohere. */
import type { RequestOf } from "../../src/dify/requests.ts";

export interface RerankBody {
  model: string;
  query: string;
  documents: string[];
  top_n: number;
}

export type Ranking = Pick<RequestOf<"invoke_rerank">, "query" | "docs" | "top_n" | "score_threshold">;

/** `top_n` is always sent, because 0 means all to some servers and is refused by others. */
export function rerankRequest({ query, docs, top_n }: Ranking, model: string): RerankBody {
  return { model, query, documents: docs, top_n: top_n > 0 ? Math.min(top_n, docs.length) : docs.length };
}

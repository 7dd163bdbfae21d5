/** From Dify's texts to the bodies of embedding requests. */
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Settings } from "../../provider/settings.ts";

export interface EmbeddingBody {
  model: string;
  input: string[];
}

/** As many requests as the form's limit of texts demands, in order. */
export function embeddingRequests(
  { texts, input_type }: Pick<RequestOf<"invoke_text_embedding">, "texts" | "input_type">,
  model: string,
  settings: Settings,
): EmbeddingBody[] {
  const prefix = input_type === "query" ? settings.query_prefix : settings.document_prefix;
  // OpenAI and others refuse an empty text; a blank one is embedded.
  const inputs = texts.map((text) => prefix + text || " ");
  const size = settings.max_chunks;
  return Array.from({ length: Math.ceil(inputs.length / size) }, (_, batch) => ({
    model,
    input: inputs.slice(batch * size, (batch + 1) * size),
  }));
}

import { DifyError } from "../../src/dify/errors.ts";
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, TextEmbeddingModel } from "../../src/dify/models.ts";
import type { EmbeddingResult, Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { embeddingUsage } from "../../provider/prices.ts";
import { readSettings } from "../../provider/settings.ts";
import { embeddingRequests, type EmbeddingBody } from "./request.ts";
import { embeddingAnswer, readTokens, readVectors } from "./response.ts";
import { embeddingSchema } from "./schema.ts";

type InvokeRequest = RequestOf<"invoke_text_embedding">;

/** Counts tokens offline; one count for each text. */
export type CountTokens = (texts: readonly string[]) => Promise<number[]>;

/** Two texts, because knowledge bases send many: a server that takes only one is found out. */
const PROBE = { texts: ["ping", "pong"], input_type: "document" as const };

export class OpenAiTextEmbeddingModel implements TextEmbeddingModel {
  readonly probes: readonly Probe[] = [
    {
      name: "two vectors",
      run: async (connection) => {
        const { embeddings } = await this.#embed({ model: connection.model, ...PROBE }, connection);
        return { dimensions: embeddings[0]?.length ?? 0 };
      },
    },
  ];
  readonly #countTokens: CountTokens;

  constructor(countTokens: CountTokens) {
    this.#countTokens = countTokens;
  }

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return embeddingSchema(model, readSettings(credentials).settings);
  }

  countTokens({ texts }: RequestOf<"get_text_embedding_num_tokens">): Promise<number[]> {
    return this.#countTokens(texts);
  }

  invoke(request: InvokeRequest, context: CallContext): Promise<EmbeddingResult> {
    return callEndpoint(request, context, (connection) => this.#embed(request, connection));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }

  async #embed(
    request: Pick<InvokeRequest, "model" | "texts" | "input_type">,
    connection: Connection,
  ): Promise<EmbeddingResult> {
    const started = performance.now();
    const embeddings: number[][] = [];
    let tokens = 0;
    for (const body of embeddingRequests(request, connection.model, connection.settings)) {
      const batch = await this.#embedBatch(body, connection);
      embeddings.push(...batch.vectors);
      tokens += batch.tokens;
    }
    const latency = (performance.now() - started) / 1000;
    return { model: request.model, embeddings, usage: embeddingUsage(tokens, connection.settings, latency) };
  }

  #embedBatch(body: EmbeddingBody, connection: Connection): Promise<{ vectors: number[][]; tokens: number }> {
    return connection.call({
      operation: "embeddings",
      body,
      read: async (answer) => {
        const content = await answer.read(embeddingAnswer);
        if (content.data.length !== body.input.length) {
          throw wrongCount(content.data.length, body.input.length);
        }
        const vectors = readVectors(content, body.input.length);
        if (!vectors) throw answer.fail("not-an-api", { missing: "embedding" });
        const tokens = readTokens(content) ?? sum(await this.#countTokens(body.input));
        return { vectors, tokens };
      },
    });
  }
}

function wrongCount(vectors: number, texts: number): DifyError {
  const remedy = texts > 1 ? `: set ${fieldLabel("max_chunks")} to 1` : "";
  return new DifyError(
    "InvokeBadRequestError",
    `The server gave ${vectors} vectors for ${texts} texts${remedy}.`,
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, TextEmbeddingModel } from "../../src/dify/models.ts";
import type { EmbeddingResult, Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import type { CountTokens, Tokens } from "../../src/tokens/tokens.ts";
import type { Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import { embeddingUsage } from "../../provider/prices.ts";
import { readSettings } from "../../provider/settings.ts";
import { embed, knownVectorSize, type Embedded } from "./embed.ts";
import { asContents, PROBE_IMAGE, type Content } from "./images.ts";
import { inputOf, type InputType } from "./request.ts";
import { embeddingSchema } from "./schema.ts";
import { asTexts } from "./texts.ts";

/** Two texts, because knowledge bases send many: a server that takes only one is found out. */
const PROBE = ["ping", "pong"];

export class OpenAiTextEmbeddingModel implements TextEmbeddingModel {
  readonly probes: readonly Probe[] = [
    {
      name: "two vectors",
      run: async (connection) => {
        const { size } = (await this.#embedTexts(PROBE, "document", connection)).reply;
        return size === undefined ? undefined : { dimensions: size };
      },
    },
    {
      name: "an image",
      wanted: ({ vision_support }) => vision_support === true,
      run: async (connection) => void (await this.#embedContents([PROBE_IMAGE], "document", connection)),
    },
  ];
  readonly #tokens: Tokens;
  readonly #count: CountTokens;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
    this.#count = (texts) => tokens.count(texts);
  }

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    const { settings } = readSettings(credentials);
    const known = knownVectorSize({ settings, model: settings.endpoint_model_name || model });
    const size = settings.dimensions ?? known ?? settings.learned.dimensions;
    return embeddingSchema(model, settings, size);
  }

  countTokens({ texts }: RequestOf<"get_text_embedding_num_tokens">): Promise<number[]> {
    return this.#count(texts);
  }

  invoke(request: RequestOf<"invoke_text_embedding">, context: CallContext): Promise<EmbeddingResult> {
    const { model, texts, input_type } = request;
    return callEndpoint(request, context, (connection) =>
      timed(model, connection, () => this.#embedTexts(texts, input_type, connection)),
    );
  }

  invokeMultimodal(
    request: RequestOf<"invoke_multimodal_embedding">,
    context: CallContext,
  ): Promise<EmbeddingResult> {
    const { model, documents, input_type } = request;
    return callEndpoint(request, context, (connection) =>
      timed(model, connection, () => this.#embedContents(documents, input_type, connection)),
    );
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }

  #embedTexts(texts: readonly string[], type: InputType, connection: Connection): Promise<Embedded> {
    const inputs = texts.map((text) => inputOf(text, type, connection.settings));
    return embed(inputs, connection, asTexts(connection, this.#tokens), this.#count);
  }

  #embedContents(documents: readonly Content[], type: InputType, connection: Connection): Promise<Embedded> {
    if (documents.every(({ content_type }) => content_type === "text")) {
      const texts = documents.map(({ content }) => content);
      return this.#embedTexts(texts, type, connection);
    }
    const contents = documents.map(({ content, content_type }) =>
      content_type === "text"
        ? { content_type, content: inputOf(content, type, connection.settings) }
        : { content_type, content },
    );
    return embed(contents, connection, asContents(connection), this.#count);
  }
}

async function timed(
  model: string,
  { settings }: Connection,
  run: () => Promise<Embedded>,
): Promise<EmbeddingResult> {
  const started = performance.now();
  const { reply, tokens } = await run();
  const latency = (performance.now() - started) / 1000;
  return { model, embeddings: reply.json(), usage: embeddingUsage(tokens, settings, latency) };
}

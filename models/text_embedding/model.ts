import { DifyError } from "../../src/dify/errors.ts";
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, TextEmbeddingModel } from "../../src/dify/models.ts";
import type { EmbeddingResult, Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import type { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import { Learned } from "../../src/endpoint/learned.ts";
import type { Tokens } from "../../src/tokens/tokens.ts";
import { callEndpoint, validateEndpoint, type Connection } from "../../provider/connection.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { embeddingUsage } from "../../provider/prices.ts";
import { readSettings } from "../../provider/settings.ts";
import {
  fewerTexts,
  fewerTokens,
  inBatches,
  subjectOf,
  wantsString,
  type Batches,
  type Limits,
} from "./batches.ts";
import { IMAGE_SHAPES, nextShape, PROBE_IMAGE, type Content } from "./images.ts";
import { VectorReply, refuseTooMany } from "./reply.ts";
import { formFields, inputOf, textBody, type InputType } from "./request.ts";
import { embeddingAnswer, readTokens, readVectors } from "./response.ts";
import { embeddingSchema, storedVectorSize, storeVectorSize } from "./schema.ts";

/** Two texts, because knowledge bases send many: a server that takes only one is found out. */
const PROBE = ["ping", "pong"];

/** Requests to one server at a time. Dify indexes with ten threads, and local servers work one by one. */
const IN_FLIGHT = 8;

/** What vectors are like, by server and model: their numbers, and their bytes in a reply. */
const vectors = new Learned<{ size: number; bytesEach: number } | undefined>(undefined);

interface Embedded {
  reply: VectorReply;
  tokens: number;
}

export class OpenAiTextEmbeddingModel implements TextEmbeddingModel {
  readonly #tokens: Tokens;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    const { settings } = readSettings(credentials);
    const known = vectors.about(subjectOf(settings, settings.endpoint_model_name || model));
    return embeddingSchema(
      model,
      settings,
      settings.dimensions ?? known?.size ?? storedVectorSize(credentials),
    );
  }

  countTokens({ texts }: RequestOf<"get_text_embedding_num_tokens">): Promise<number[]> {
    return this.#tokens.count(texts);
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
      timed(model, connection, () =>
        documents.some(({ content_type }) => content_type === "image")
          ? this.#embedContents(documents, input_type, connection)
          : this.#embedTexts(
              documents.map(({ content }) => content),
              input_type,
              connection,
            ),
      ),
    );
  }

  async validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    let size: number | undefined;
    const validated = await validateEndpoint(request, context, async (connection) => {
      ({ size } = (await this.#embedTexts(PROBE, "document", connection)).reply);
      if (connection.settings.vision_support) {
        await this.#embedContents([PROBE_IMAGE], "document", connection);
      }
    });
    return size === undefined ? validated : { ...validated, credentials: storeVectorSize(size) };
  }

  #embedTexts(texts: readonly string[], type: InputType, connection: Connection): Promise<Embedded> {
    const { settings } = connection;
    const inputs = texts.map((text) => inputOf(text, type, settings));
    const cut = (batch: readonly string[], { tokens }: Limits): Promise<readonly string[]> =>
      settings.truncate && tokens !== undefined ? this.#tokens.cut(batch, tokens) : Promise.resolve(batch);
    return this.#embed(inputs, connection, {
      kind: "texts",
      send: async (batch, limits) => {
        const sent = await cut(batch, limits);
        return { body: textBody(sent, limits.lone, connection.model, settings), texts: sent };
      },
      narrow: async (error, batch, limits) => {
        if (!limits.lone && wantsString(error)) return { ...limits, texts: 1, lone: true };
        const sent = await cut(batch, limits);
        const tokens =
          settings.truncate && (await fewerTokens(error, sent, (some) => this.#tokens.count(some)));
        if (tokens) return { ...limits, tokens };
        const fewer = fewerTexts(error, batch.length);
        return fewer === undefined ? undefined : { ...limits, texts: fewer };
      },
    });
  }

  /** @throws DifyError when the server takes images in none of the ways there are */
  async #embedContents(
    documents: readonly Content[],
    type: InputType,
    connection: Connection,
  ): Promise<Embedded> {
    const { settings, model } = connection;
    let first: EndpointError | undefined;
    const contents = documents.map(({ content, content_type }) =>
      content_type === "text"
        ? { content_type, content: inputOf(content, type, settings) }
        : { content_type, content },
    );
    return this.#embed(contents, connection, {
      kind: "images",
      send: (batch, { imageShape }) => {
        const fields = IMAGE_SHAPES[imageShape]?.fields(batch);
        const texts = batch.filter(({ content_type }) => content_type === "text");
        return {
          body: { model, ...fields, ...formFields(settings) },
          texts: texts.map(({ content }) => content),
        };
      },
      narrow: async (error, batch, limits) => {
        if (error.kind === "batch-too-large") {
          const fewer = fewerTexts(error, batch.length);
          return fewer === undefined ? undefined : { ...limits, texts: fewer };
        }
        if (!REFUSES_IMAGES.has(error.kind)) return undefined;
        first ??= error;
        const imageShape = nextShape(limits.imageShape, error.facts.param);
        if (imageShape === undefined) throw noImages(first);
        return { ...limits, imageShape, texts: IMAGE_SHAPES[imageShape]?.single ? 1 : limits.texts };
      },
    });
  }

  async #embed<T>(items: readonly T[], connection: Connection, way: Way<T>): Promise<Embedded> {
    const { settings, model } = connection;
    const subject = subjectOf(settings, model);
    const known = vectors.about(subject);
    if (known) refuseTooMany(items.length, known.bytesEach);
    const reply = new VectorReply(items.length, settings.dimensions);
    let tokens = 0;
    try {
      await inBatches({
        items,
        subject: `${subject}\n${way.kind}`,
        settings,
        narrow: way.narrow,
        ask: async (batch, limits) => {
          const { body, texts } = await way.send(batch, limits);
          tokens += await this.#ask(body, texts, batch.length, reply, connection);
        },
      });
    } finally {
      const { size, bytesEach } = reply;
      if (size !== undefined && bytesEach !== undefined) vectors.remember(subject, { size, bytesEach });
    }
    return { reply, tokens };
  }

  /** Adds the vectors of one request to the reply. @returns the tokens it took */
  #ask(
    body: object,
    texts: readonly string[],
    count: number,
    reply: VectorReply,
    connection: Connection,
  ): Promise<number> {
    return connection.call({
      operation: "embeddings",
      body,
      limits: { inFlight: IN_FLIGHT, perMinute: connection.settings.requests_per_minute },
      read: async (answer) => {
        const content = await answer.read(embeddingAnswer);
        if (content.data.length !== count) throw wrongCount(content.data.length, count);
        const floats = readVectors(content);
        if (!floats) throw answer.fail("not-an-api");
        reply.add(floats);
        return readTokens(content) ?? sum(await this.#tokens.count(texts));
      },
    });
  }
}

/** How items of one kind are sent, and what to change when the server refuses them. */
interface Way<T> extends Pick<Batches<T>, "narrow"> {
  /** Lessons about one kind do not hold for the other. */
  kind: "texts" | "images";
  /** The request's body, and the texts in it. */
  send(batch: readonly T[], limits: Limits): Sent | Promise<Sent>;
}

interface Sent {
  body: object;
  texts: readonly string[];
}

const REFUSES_IMAGES: ReadonlySet<string> = new Set(["bad-request", "parameter-refused", "not-supported"]);

async function timed(
  model: string,
  { settings }: Connection,
  embed: () => Promise<Embedded>,
): Promise<EmbeddingResult> {
  const started = performance.now();
  const { reply, tokens } = await embed();
  const latency = (performance.now() - started) / 1000;
  return { model, embeddings: reply.json(), usage: embeddingUsage(tokens, settings, latency) };
}

function wrongCount(given: number, texts: number): DifyError {
  const remedy = texts > 1 ? `: set ${fieldLabel("max_chunks")} to 1` : "";
  return new DifyError(
    "InvokeBadRequestError",
    `The server gave ${given} vectors for ${texts} texts${remedy}.`,
  );
}

function noImages(error: EndpointError): DifyError {
  const { status, url, words } = error.facts;
  return new DifyError(
    "InvokeBadRequestError",
    `The server embeds no images: turn ${fieldLabel("vision_support")} off. ${status ?? "No answer"} from POST ${url}${words ? `: ${words}` : ""}`,
    { cause: error },
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

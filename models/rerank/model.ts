import { DifyError } from "../../src/dify/errors.ts";
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, RerankModel } from "../../src/dify/models.ts";
import type { RerankResult, Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import type { Answer } from "../../src/endpoint/answer.ts";
import { inParts } from "../../src/endpoint/batches.ts";
import { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { readSettings } from "../../provider/settings.ts";
import { familiesFor } from "./families.ts";
import { IMAGE_PROBE, TEXT_PROBE } from "./probe.ts";
import { rank } from "./ranking.ts";
import { hasImages, isSent, multimodalRanking, textRanking, type Piece, type Ranking } from "./request.ts";
import { readScores, rerankAnswer } from "./response.ts";
import { rerankSchema, takesImages } from "./schema.ts";

export class OpenAiRerankModel implements RerankModel {
  readonly probes: readonly Probe[] = [
    { name: "two documents", run: async (connection) => void (await rankAll(TEXT_PROBE, connection)) },
    {
      // What the schema promises.
      name: "an image",
      wanted: (settings, model) => takesImages(model, settings),
      run: async (connection) => void (await rankAll(IMAGE_PROBE, connection)),
    },
  ];

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return rerankSchema(model, readSettings(credentials).settings);
  }

  invoke(request: RequestOf<"invoke_rerank">, context: CallContext): Promise<RerankResult> {
    return callEndpoint(request, context, async (connection) => ({
      model: request.model,
      docs: await rankAll(textRanking(request), connection),
    }));
  }

  invokeMultimodal(
    request: RequestOf<"invoke_multimodal_rerank">,
    context: CallContext,
  ): Promise<RerankResult> {
    return callEndpoint(request, context, async (connection) => ({
      model: request.model,
      docs: await rankAll(multimodalRanking(request), connection),
    }));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }
}

async function rankAll(ranking: Ranking, connection: Connection): Promise<RerankResult["docs"]> {
  const { query, docs } = ranking;
  const withImages = hasImages([query, ...docs]);
  if (withImages && connection.settings.vision_support === false) {
    throw new DifyError(
      "InvokeBadRequestError",
      `Images are to be ranked, but ${fieldLabel("vision_support")} is off in the model's form.`,
    );
  }
  try {
    return rank(await scoreAll(ranking, connection), ranking, connection.settings.rerank_score);
  } catch (error) {
    throw withImages ? imageFailure(error) : error;
  }
}

/** A score for each document; a hole for one that was not sent, or not scored. */
async function scoreAll(ranking: Ranking, connection: Connection): Promise<(number | undefined)[]> {
  const { query, docs, top_n } = ranking;
  const sent = docs.filter((doc) => isSent(ranking, doc));
  const { settings, model } = connection;
  const subject = `${settings.endpoint_url}\n${model}\n${hasImages([query, ...sent])}`;
  const scores = await inParts(subject, sent, (part) => scorePart(query, part, connection));
  const scored = scores.filter((score) => score !== undefined).length;
  if (scored < (top_n > 0 ? Math.min(top_n, sent.length) : sent.length)) {
    throw new DifyError("InvokeBadRequestError", `The server ranked ${scored} of ${sent.length} documents.`);
  }
  const each = scores.values();
  return docs.map((doc) => (isSent(ranking, doc) ? each.next().value : undefined));
}

function scorePart(
  query: Piece,
  docs: readonly Piece[],
  connection: Connection,
): Promise<(number | undefined)[]> {
  const read = async (answer: Answer): Promise<(number | undefined)[]> => {
    const scores = readScores(await answer.read(rerankAnswer), docs.length);
    if (typeof scores === "string") throw answer.fail("not-an-api", { why: scores });
    return scores;
  };
  const [first, ...others] = familiesFor({ query, docs }).map(({ body, ...family }) => ({
    ...family,
    body: () => body({ model: connection.model, query, docs }),
    read,
  }));
  if (!first) throw new Error("there is no family");
  return connection.call({
    operation: "rerank",
    variant: hasImages([query, ...docs]) ? "images" : "texts",
    ...first,
    others,
  });
}

/** A server that takes no images says so in many ways, most often by not understanding the request. */
function imageFailure(error: unknown): unknown {
  if (!(error instanceof EndpointError)) return error;
  return new EndpointError(error.kind, { ...error.facts, withImages: true }, { cause: error });
}

import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, RerankModel } from "../../src/dify/models.ts";
import type { RerankResult, Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Probe } from "../../src/check/probe.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import { readSettings } from "../../provider/settings.ts";
import { rerankRequest, type Ranking } from "./request.ts";
import { readRanking, rerankAnswer } from "./response.ts";
import { rerankSchema } from "./schema.ts";

const PROBE: Ranking = { query: "ping", docs: ["pong", "a bird"], top_n: 0, score_threshold: 0 };

export class OpenAiRerankModel implements RerankModel {
  readonly probes: readonly Probe[] = [
    { name: "two documents", run: async (connection) => void (await rank(PROBE, connection)) },
  ];

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return rerankSchema(model, readSettings(credentials).settings);
  }

  invoke(request: RequestOf<"invoke_rerank">, context: CallContext): Promise<RerankResult> {
    return callEndpoint(request, context, async (connection) => ({
      model: request.model,
      // Servers refuse an empty list; there is nothing to rank in one.
      docs: request.docs.length === 0 ? [] : await rank(request, connection),
    }));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }
}

function rank(ranking: Ranking, connection: Connection): Promise<RerankResult["docs"]> {
  return connection.call({
    operation: "rerank",
    body: rerankRequest(ranking, connection.model),
    async read(answer) {
      const items = await answer.read(rerankAnswer);
      const docs = items.length === 0 ? undefined : readRanking(items, ranking);
      if (!docs) throw answer.fail("not-an-api", "relevance_score");
      return docs;
    },
  });
}

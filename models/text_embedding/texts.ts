/** How texts are sent: cut where they are too long, fewer at a time where the server wants that. */
import type { Tokens } from "../../src/tokens/tokens.ts";
import type { Connection } from "../../provider/connection.ts";
import { fewerTexts, fewerTokens, wantsString, type Limits } from "./batches.ts";
import type { Way } from "./embed.ts";
import { textBody } from "./request.ts";

export function asTexts({ settings, model }: Connection, tokens: Tokens): Way<string> {
  const cut = async (batch: readonly string[], limit: Limits["tokens"]): Promise<readonly string[]> =>
    settings.truncate_input && limit !== undefined ? tokens.cut(batch, limit) : batch;
  return {
    kind: "texts",
    send: async (batch, limits) => {
      const texts = await cut(batch, limits.tokens);
      return { body: textBody(texts, limits.lone, model, settings), texts };
    },
    narrow: async (error, batch, limits) => {
      if (!limits.lone && wantsString(error)) return { ...limits, texts: 1, lone: true };
      if (settings.truncate_input) {
        const sent = await cut(batch, limits.tokens);
        const fewer = await fewerTokens(error, sent, (texts) => tokens.count(texts));
        if (fewer !== undefined) return { ...limits, tokens: fewer };
      }
      const texts = fewerTexts(error, batch.length);
      return texts === undefined ? undefined : { ...limits, texts };
    },
  };
}

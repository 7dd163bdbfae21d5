/** Finds out a model's type by trying what each type is used for, with the smallest requests that show it. */
import type { Probe, Probed } from "../check/probe.ts";
import { runProbes, type ProbeResult } from "../check/run-probes.ts";
import { EndpointError, type FailureKind } from "../endpoint/endpoint-error.ts";
import { OpenAiLanguageModel } from "../../models/llm/model.ts";
import { OpenAiRerankModel } from "../../models/rerank/model.ts";
import { OpenAiSpeechToTextModel } from "../../models/speech2text/model.ts";
import { OpenAiTextEmbeddingModel } from "../../models/text_embedding/model.ts";
import { OpenAiTextToSpeechModel } from "../../models/tts/model.ts";
import type { Connection } from "../../provider/connection.ts";
import { estimateTokens } from "../tokens/estimate-tokens.ts";
import type { Tokens } from "../tokens/tokens.ts";
import type { Guess, ModelType } from "./model-type.ts";

/** The probes are short: nothing is ever cut, and a count is only for prices. */
const TOKENS: Tokens = {
  count: async (texts) => texts.map(estimateTokens),
  cut: async (texts) => [...texts],
};

/**
 * Chat comes first: many servers of language models embed with any of them, none of embedding models chats.
 * Moderation models all say so in their names.
 */
const TRIED: readonly (readonly [ModelType, Probed])[] = [
  ["llm", new OpenAiLanguageModel(TOKENS.count)],
  ["text-embedding", new OpenAiTextEmbeddingModel(TOKENS)],
  ["rerank", new OpenAiRerankModel()],
  ["speech2text", new OpenAiSpeechToTextModel()],
  ["tts", new OpenAiTextToSpeechModel()],
];

/** What to say before anything is sent. */
export function probingCost(models: number): string {
  return (
    `Asking ${models} ${models === 1 ? "model" : "models"} what ${models === 1 ? "it is" : "they are"}: ` +
    `a chat of a few words (16 tokens of answer), else two words to embed, two to rank, a second of silence ` +
    `to transcribe and three words to speak. A server that loads models on demand loads them; a gateway may ` +
    `hold a model back for some seconds after it refused a request.`
  );
}

/** These are about the key, the load or the way to the server, not about what the model can do. */
const SAYS_NOTHING: ReadonlySet<FailureKind> = new Set([
  "bad-key",
  "no-permission",
  "no-credit",
  "rate-limited",
  "redirected",
  "overloaded",
  "loading",
  "network",
  "certificate",
  "proxy",
  "deadline",
  "aborted",
]);

/** What the probes found; neither when no type answered. */
export interface Probing {
  readonly guess?: Guess;
  /** The server would not be asked any more, for this. */
  readonly stoppedBy?: FailureKind;
}

export async function probeType(connection: Connection): Promise<Probing> {
  for (const [type, { probes }] of TRIED) {
    // Each type is tried only when the one before it was refused.
    // oxlint-disable-next-line no-await-in-loop
    const result = await firstResult(probes, connection);
    if (result?.verdict === "passed") return { guess: { type, why: "it answered as one" } };
    const { failure } = result ?? {};
    if (failure instanceof EndpointError && SAYS_NOTHING.has(failure.kind))
      return { stoppedBy: failure.kind };
  }
  return {};
}

async function firstResult(
  probes: readonly Probe[],
  connection: Connection,
): Promise<ProbeResult | undefined> {
  for await (const result of runProbes(probes, connection)) return result;
  return undefined;
}

/**
 * What the daemon and Dify demand of the reply to each action.
 *
 * Written from the protocol reference and not from `src/dify`: a mistake in there must show here. A field
 * neither of them knows is a complaint as well, because the daemon drops it without a word.
 */
import type * as z from "zod";
import { brokenAnswerRules, llmChunk, pollingResult } from "./reply-llm.ts";
import { modelSchemaReply } from "./reply-model-schema.ts";
import {
  brokenCountRules,
  brokenRankingRules,
  embeddingResult,
  moderation,
  rerankResult,
  speechChunk,
  tokenCounts,
  tokenTotal,
  transcription,
  validated,
  voiceList,
} from "./reply-results.ts";
import { brokenRules } from "./rule.ts";

export type Request = Readonly<Record<string, unknown>>;

interface ReplyRules {
  section: string;
  piece: z.ZodType;
  /** Dify reads one piece of all other replies and ignores the rest. */
  streamed?: true;
  /** What one piece alone does not show. All pieces are sound when it is called. */
  whole?: (request: Request, pieces: unknown[]) => string[];
}

const embedding = { piece: embeddingResult, whole: ofOnlyPiece(brokenCountRules) };
const ranking = { section: "2.7", piece: rerankResult, whole: ofOnlyPiece(brokenRankingRules) };

const REPLIES: ReadonlyMap<string, ReplyRules> = new Map<string, ReplyRules>([
  ["invoke_llm", { section: "2.2", piece: llmChunk, streamed: true, whole: brokenAnswerRules }],
  ["get_llm_num_tokens", { section: "2.3", piece: tokenTotal }],
  ["start_polling", { section: "2.4", piece: pollingResult }],
  ["check_polling", { section: "2.4", piece: pollingResult }],
  ["invoke_text_embedding", { section: "2.5", ...embedding }],
  ["invoke_multimodal_embedding", { section: "2.6", ...embedding }],
  [
    "get_text_embedding_num_tokens",
    { section: "2.5", piece: tokenCounts, whole: ofOnlyPiece(brokenCountRules) },
  ],
  ["invoke_rerank", ranking],
  ["invoke_multimodal_rerank", ranking],
  ["invoke_tts", { section: "2.8", piece: speechChunk, streamed: true }],
  ["get_tts_model_voices", { section: "2.8", piece: voiceList }],
  ["invoke_speech2text", { section: "2.9", piece: transcription }],
  ["invoke_moderation", { section: "2.9", piece: moderation }],
  ["validate_provider_credentials", { section: "2.10", piece: validated }],
  ["validate_model_credentials", { section: "2.10", piece: validated }],
  ["get_ai_model_schemas", { section: "5", piece: modelSchemaReply }],
]);

/** The rules one piece of a reply breaks. */
export function checkPiece(action: string, piece: unknown): string[] {
  const rules = REPLIES.get(action);
  if (!rules) return ["section 2.1: an unknown action is answered with an error"];
  return brokenRules(rules.piece, piece, rules.section);
}

/** The rules a successful reply breaks as a whole. */
export function checkReply(request: Request, pieces: unknown[]): string[] {
  const rules = REPLIES.get(String(request["action"]));
  if (!rules) return [];
  const whole = rules.whole?.(request, pieces) ?? [];
  if (rules.streamed || pieces.length === 1) return whole;
  return [`trap 15: ${pieces.length} streams came, Dify reads the first only and the daemon may block`];
}

const MAX_ARGS = 10;
const KNOWN_ERRORS = [
  "InvokeRateLimitError",
  "InvokeAuthorizationError",
  "InvokeConnectionError",
  "InvokeServerUnavailableError",
  "InvokeBadRequestError",
  "CredentialsValidateFailedError",
  "PluginLLMPollingUnsupportedError",
];

/** The rules an error breaks. The daemon drops one it cannot read, and `end` makes it an empty success. */
export function checkError(action: string, error: unknown): string[] {
  const { error_type: type, message, args } = Object(error) as Record<string, unknown>;
  const rules: string[] = [];
  if (typeof message !== "string") rules.push("trap 2: the message of an error is text");
  if (typeof args !== "object" && args !== undefined) rules.push("trap 2: args of an error are an object");
  if (Array.isArray(args)) rules.push("trap 2: args of an error are an object, not a list");
  if (Object.keys(Object(args)).length > MAX_ARGS)
    rules.push(`trap 2: an error has more than ${MAX_ARGS} args`);
  if (typeof type !== "string") return [...rules, "trap 2: the error_type is text"];
  if (!KNOWN_ERRORS.includes(type)) {
    rules.push(`section 3.4: Dify knows no ${type} and tells users to contact the plugin's author`);
  }
  // A malformed request is no failure of credentials; Dify never sends one.
  const inForm = ["CredentialsValidateFailedError", "InvokeBadRequestError"].includes(type);
  if (action.startsWith("validate_") && !inForm && rules.length === 0) {
    rules.push(
      `section 2.10: the form shows the message of CredentialsValidateFailedError only, not of ${type}`,
    );
  }
  return rules;
}

function ofOnlyPiece(
  check: (request: Request, piece: unknown) => string[],
): NonNullable<ReplyRules["whole"]> {
  return (request, [piece]) => check(request, piece);
}

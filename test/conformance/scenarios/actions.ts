/** Each action: its success, its failure, and many at once. */
import { expect } from "vitest";
import { actionNames } from "../../../src/dify/requests.ts";
import type { Link } from "../../stand-in-daemon/link.ts";
import { answer } from "../../upstream/upstream.ts";
import { target, type Scenario } from "../scenario.ts";

/** What tells the answer to one request from the answer to another. */
interface ActionCase {
  type: string;
  model: string;
  /** The request of number i. */
  ask: (i: number) => Record<string, unknown>;
  /** Holds for the pieces of number i alone, where the action allows that. */
  right: (pieces: unknown[], i: number) => boolean;
  /** A failure that an admin can cause, and the class it must have. */
  failure: { data?: Record<string, unknown>; refused?: true; type: string };
}

const REFUSED = { refused: true, type: "InvokeAuthorizationError" } as const;
const MALFORMED = { data: { model: null }, type: "InvokeBadRequestError" };

/** An eighth of a second of nothing. */
const SILENCE = Buffer.concat([
  Buffer.from("UklGRuQPAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YcAPAAA=", "base64"),
  Buffer.alloc(4_032),
]).toString("hex");

const question = (content: string) => [{ role: "user", content }];
const textsOf = (i: number) => Array.from({ length: (i % 5) + 1 }, (_, n) => `text ${i} ${n}`);
const answerText = (pieces: unknown[]): string =>
  (pieces as { delta: { message: { content: string } } }[])
    .map(({ delta }) => delta.message.content)
    .join("");

const CASES: Readonly<Record<string, ActionCase>> = {
  invoke_llm: {
    type: "llm",
    model: "demo-chat",
    ask: (i) => ({
      prompt_messages: question(`What is ${i} * 7?`),
      model_parameters: {},
      stream: i % 2 === 0,
    }),
    right: (pieces, i) => answerText(pieces).includes(String(i * 7)),
    failure: REFUSED,
  },
  get_llm_num_tokens: {
    type: "llm",
    model: "demo-chat",
    ask: (i) => ({ prompt_messages: question("word ".repeat(100 * (i + 1))), tools: null }),
    right: ([piece], i) => Math.floor((piece as { num_tokens: number }).num_tokens / 100) === i + 1,
    failure: MALFORMED,
  },
  invoke_text_embedding: {
    type: "text-embedding",
    model: "demo-embedding",
    ask: (i) => ({ texts: textsOf(i), input_type: "document" }),
    right: ([piece], i) => (piece as { embeddings: unknown[] }).embeddings.length === textsOf(i).length,
    failure: REFUSED,
  },
  get_text_embedding_num_tokens: {
    type: "text-embedding",
    model: "demo-embedding",
    ask: (i) => ({ texts: textsOf(i) }),
    right: ([piece], i) => (piece as { num_tokens: unknown[] }).num_tokens.length === textsOf(i).length,
    failure: MALFORMED,
  },
  invoke_rerank: {
    type: "rerank",
    model: "demo-rerank",
    ask: (i) => ({ query: `text ${i}`, docs: textsOf(i), score_threshold: 0, top_n: 0 }),
    right: ([piece], i) => {
      const { docs } = piece as { docs: { text: string }[] };
      return docs.length === textsOf(i).length && docs.every(({ text }) => text.startsWith(`text ${i} `));
    },
    failure: REFUSED,
  },
  invoke_tts: {
    type: "tts",
    model: "demo-speech",
    ask: (i) => ({ content_text: `Number ${i}.`, voice: "alloy", tenant_id: "t" }),
    right: (pieces) => (pieces as { result: string }[]).some(({ result }) => result.length > 1_000),
    failure: REFUSED,
  },
  get_tts_model_voices: {
    type: "tts",
    model: "demo-speech",
    ask: () => ({ language: "" }),
    right: ([piece]) => (piece as { voices: unknown[] }).voices.length > 0,
    failure: MALFORMED,
  },
  invoke_speech2text: {
    type: "speech2text",
    model: "demo-transcribe",
    ask: () => ({ file: SILENCE }),
    right: ([piece]) => typeof (piece as { result: unknown }).result === "string",
    failure: REFUSED,
  },
  validate_provider_credentials: {
    type: "llm",
    model: "demo-chat",
    ask: () => ({}),
    right: ([piece]) => (piece as { result: boolean }).result,
    failure: { refused: true, type: "CredentialsValidateFailedError" },
  },
  validate_model_credentials: {
    type: "llm",
    model: "demo-chat",
    ask: () => ({}),
    right: ([piece]) => (piece as { result: boolean }).result,
    failure: { refused: true, type: "CredentialsValidateFailedError" },
  },
  get_ai_model_schemas: {
    type: "llm",
    model: "demo-chat",
    ask: (i) => ({ model: `model-${i}` }),
    right: ([piece], i) => (piece as { model_schema: { model: string } }).model_schema.model === `model-${i}`,
    failure: { data: { model_type: "dance" }, type: "InvokeBadRequestError" },
  },
};

function call(link: Link, action: string, { type, model, ask }: ActionCase, i: number, url: string) {
  return link.call({ action, ...target(type, model, url), ...ask(i) });
}

function succeeds(action: string, one: ActionCase): Scenario {
  return {
    name: `${action} succeeds`,
    covers: [
      "every-action",
      "one-terminal",
      "data-present",
      ...(action === "invoke_llm" ? ["chunk-shape"] : []),
    ],
    async run({ link, demo }) {
      const { pieces, error } = await call(link, action, one, 3, demo);
      expect(error).toBeUndefined();
      expect(one.right(pieces, 3)).toBe(true);
    },
  };
}

function fails(action: string, one: ActionCase): Scenario {
  const { data, type, refused } = one.failure;
  return {
    name: `${action} fails with ${type}`,
    covers: [
      "one-terminal",
      "no-secrets",
      ...(type.startsWith("Credentials") ? ["credentials-failure"] : []),
    ],
    async run({ link, demo, upstream }) {
      upstream.handler = answer({ error: { message: "Incorrect API key provided." } }, 401);
      const url = refused ? `${upstream.origin}/v1` : demo;
      const failing = { ...one, ask: (i: number) => ({ ...one.ask(i), ...data }) };
      const { pieces, error } = await call(link, action, failing, 0, url);
      expect(pieces).toEqual([]);
      expect(error?.type).toBe(type);
      expect(error?.message.length).toBeGreaterThan(10);
    },
  };
}

const AT_ONCE = 20;

function manyAtOnce(action: string, one: ActionCase): Scenario {
  return {
    name: `${action}, ${AT_ONCE} at once and one of them bad`,
    covers: ["side-by-side"],
    async run({ link, demo }) {
      const { type, model } = one;
      const bad = link.call({ action, ...target(type, model, demo), ...one.ask(0), provider: null });
      const replies = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, i) => call(link, action, one, i, demo)),
      );
      for (const [i, { pieces, error }] of replies.entries()) {
        expect(error).toBeUndefined();
        expect(one.right(pieces, i), `number ${i}`).toBe(true);
      }
      expect((await bad).error?.type).toBe("InvokeBadRequestError");
    },
  };
}

/** Whatever this plugin makes of them: never silence, and nothing Dify could not read. */
function isAnswered(action: string): Scenario {
  const content = { content: "a cat", content_type: "text" };
  const multimodal = { documents: [content], input_type: "document", query: content, docs: [content] };
  const others = { prompt_messages: question("hi"), text: "hello", plugin_state: { task: 1 } };
  const types: Record<string, string> = {
    invoke_moderation: "moderation",
    invoke_multimodal_embedding: "text-embedding",
    invoke_multimodal_rerank: "rerank",
  };
  return {
    name: `${action} is answered`,
    covers: ["every-action"],
    async run({ link, demo }) {
      const { pieces, error } = await link.call({
        action,
        ...target(types[action] ?? "llm", "demo-chat", demo),
        ...multimodal,
        ...others,
      });
      expect(pieces.length === 0 && error === undefined).toBe(false);
    },
  };
}

export const actionScenarios: Scenario[] = actionNames.flatMap((action) => {
  const one = CASES[action];
  return one ? [succeeds(action, one), fails(action, one), manyAtOnce(action, one)] : [isAnswered(action)];
});

/** What a language model is used for: to answer in a stream, to answer as a whole, to call tools. */
import { DifyError } from "../../src/dify/errors.ts";
import type { Sink } from "../../src/dify/models.ts";
import type { LlmChunk } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { EndpointError, type FailureKind } from "../../src/endpoint/endpoint-error.ts";
import type { Connection } from "../../provider/connection.ts";
import { NOWHERE, type Probe } from "../../src/check/probe.ts";

type InvokeRequest = RequestOf<"invoke_llm">;

/** Asks a model through a connection. */
export type Ask = (request: InvokeRequest, connection: Connection, sink: Sink<LlmChunk>) => Promise<void>;

/**
 * Tokens a probe asks for: first few, then more for servers that call it too small, then no limit, because
 * some models think before the first word and fail when cut.
 */
const LIMITS: readonly (number | undefined)[] = [16, 64, undefined];

/** The kinds of failure a server without streams may answer with. */
const STREAM_FAILURES: ReadonlySet<string> = new Set([
  "not-an-api",
  "no-answer",
  "truncated",
  "server-error",
  "bad-request",
  "parameter-refused",
  "not-supported",
]);

const TOOL = {
  name: "get_time",
  description: "Tells the time of a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

export function llmProbes(ask: Ask): readonly Probe[] {
  return [
    {
      name: "streamed answer",
      wanted: ({ streaming }) => streaming,
      run: (connection) =>
        answer(ask, connection, { stream: true }).catch((error: unknown) =>
          blameStream(error, ask, connection),
        ),
    },
    { name: "whole answer", run: (connection) => answer(ask, connection, { stream: false }) },
    {
      name: "tool call",
      wanted: ({ mode, function_calling_type }) => mode !== "completion" && function_calling_type !== "none",
      optional: ({ function_calling_type }) => function_calling_type === "auto",
      run: (connection) =>
        answer(ask, connection, {
          stream: connection.settings.streaming,
          tools: [TOOL],
          text: "What time is it in Oslo?",
        }),
    },
  ];
}

interface Question {
  stream: boolean;
  tools?: InvokeRequest["tools"];
  text?: string;
}

async function answer(ask: Ask, connection: Connection, question: Question): Promise<void> {
  const most = connection.settings.max_tokens_to_sample ?? Infinity;
  const limits = LIMITS.map((limit) => (limit === undefined ? limit : Math.min(limit, most)));
  for (const [step, limit] of limits.entries()) {
    try {
      // Each limit is tried only when the one before it was too small.
      // oxlint-disable-next-line no-await-in-loop
      return await ask(request(connection, question, limit), connection, NOWHERE);
    } catch (error) {
      if (step === limits.length - 1 || !isTooSmall(error)) throw error;
    }
  }
}

/** What a server may call a limit that is too small, in words that are as many as servers. */
const REFUSALS: ReadonlySet<FailureKind> = new Set(["bad-request", "parameter-refused", "not-supported"]);

function isTooSmall(error: unknown): boolean {
  // A tool call that was cut.
  if (error instanceof DifyError) return error.type === "InvokeBadRequestError";
  if (!(error instanceof EndpointError) || !REFUSALS.has(error.kind)) return false;
  return /token/i.test(`${error.facts.param ?? ""} ${error.facts.words ?? ""}`);
}

/** A server that answers as a whole is right, but for its streams. */
async function blameStream(error: unknown, ask: Ask, connection: Connection): Promise<never> {
  if (!(error instanceof EndpointError) || !STREAM_FAILURES.has(error.kind)) throw error;
  try {
    await answer(ask, connection, { stream: false });
  } catch {
    throw error;
  }
  throw new EndpointError(error.kind, { ...error.facts, answersWhole: true }, { cause: error });
}

function request({ model }: Connection, question: Question, limit: number | undefined): InvokeRequest {
  const { stream, tools = [], text = "Say ok." } = question;
  return {
    action: "invoke_llm",
    provider: "",
    model,
    model_type: "llm",
    credentials: {},
    prompt_messages: [{ role: "user", content: text, name: "", tool_calls: [], tool_call_id: "" }],
    model_parameters: limit === undefined ? {} : { max_tokens: limit },
    tools,
    stop: [],
    stream,
  };
}

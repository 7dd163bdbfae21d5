import { DifyError } from "../../src/dify/errors.ts";
import type { PromptMessage, Tool } from "../../src/dify/messages.ts";
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, LanguageModel, Sink } from "../../src/dify/models.ts";
import type { LlmChunk, Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { callEndpoint, validateEndpoint, type Connection } from "../../provider/connection.ts";
import { llmUsage } from "../../provider/prices.ts";
import { readSettings, type Settings } from "../../provider/settings.ts";
import { chatRequest, completionRequest, plainText } from "./request.ts";
import { AnswerReader } from "./response.ts";
import { llmSchema } from "./schema.ts";

type InvokeRequest = RequestOf<"invoke_llm">;

/** Counts tokens offline; one count for each text. */
export type CountTokens = (texts: readonly string[]) => Promise<number[]>;

/** OpenAI's chat format costs about this many tokens for each message, besides its text. */
const TOKENS_PER_MESSAGE = 4;

/** A probe asks for this little: enough for a word, and above the minimum some servers demand. */
const PROBE_TOKENS = 16;

export class OpenAiLanguageModel implements LanguageModel {
  readonly #countTokens: CountTokens;

  constructor(countTokens: CountTokens) {
    this.#countTokens = countTokens;
  }

  schema({ model, credentials }: RequestOf<"get_ai_model_schemas">): ModelSchema {
    return llmSchema(model, readSettings(credentials).settings);
  }

  async countTokens({ prompt_messages, tools }: RequestOf<"get_llm_num_tokens">): Promise<number> {
    const texts = promptTexts(prompt_messages, tools);
    const counts = await this.#countTokens(texts);
    return counts.reduce((sum, count) => sum + count, TOKENS_PER_MESSAGE * prompt_messages.length);
  }

  async invoke(request: InvokeRequest, sink: Sink<LlmChunk>, context: CallContext): Promise<void> {
    await callEndpoint(request, context, (connection) => this.#ask(request, connection, sink));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateEndpoint(request, context, (connection) =>
      this.#ask(probe(request, connection.settings), connection, NOWHERE),
    );
  }

  async #ask(request: InvokeRequest, connection: Connection, sink: Sink<LlmChunk>): Promise<void> {
    const { settings, model } = connection;
    const started = performance.now();
    let reader = new AnswerReader({ model: request.model, sink, stream: request.stream });
    await connection.call({
      ...(settings.mode === "completion"
        ? { operation: "completions", body: completionRequest(request, model, settings) }
        : { operation: "chat/completions", body: chatRequest(request, model, settings) }),
      async read(answer) {
        reader = new AnswerReader({ model: request.model, sink, stream: request.stream });
        const { complete } = await answer.values(reader);
        if (!reader.answered) throw answer.fail("not-an-api");
        if (!complete && reader.finishReason === null) throw answer.fail("truncated");
      },
      passedOn: () => reader.emitted,
    });
    refuseBrokenCall(reader);
    const usage = reader.usage ?? (await this.#estimate(request, reader.written()));
    reader.finish(llmUsage(usage, settings, (performance.now() - started) / 1000));
  }

  /** For servers that report no usage. */
  async #estimate(request: InvokeRequest, answer: string) {
    const prompt = promptTexts(request.prompt_messages, request.tools);
    const counts = await this.#countTokens([...prompt, answer]);
    const completion = counts.pop() ?? 0;
    const text = counts.reduce((sum, count) => sum + count, 0);
    return { prompt: text + TOKENS_PER_MESSAGE * request.prompt_messages.length, completion };
  }
}

function refuseBrokenCall(reader: AnswerReader): void {
  const name = reader.brokenCall();
  if (name === undefined) return;
  const why =
    reader.finishReason === "length"
      ? "the limit of max tokens cut it: raise Max tokens in the app"
      : "its arguments are no JSON";
  throw new DifyError("InvokeBadRequestError", `The model's call of the tool "${name}" is broken: ${why}.`);
}

function promptTexts(messages: readonly PromptMessage[], tools: readonly Tool[]): string[] {
  const calls = messages.flatMap(({ tool_calls }) => tool_calls.map(({ function: call }) => call));
  return [
    ...messages.map(({ content }) => plainText(content)),
    ...calls.map((call) => call.name + call.arguments),
    ...tools.map((tool) => JSON.stringify(tool)),
  ];
}

const NOWHERE: Sink<unknown> = { write: () => true, drained: () => Promise.resolve() };

/** The smallest question that shows that the model answers as it will be used. */
function probe(
  { provider, model, credentials }: RequestOf<"validate_model_credentials">,
  { max_tokens_to_sample: limit = PROBE_TOKENS }: Settings,
): InvokeRequest {
  return {
    action: "invoke_llm",
    provider,
    model,
    model_type: "llm",
    credentials,
    prompt_messages: [{ role: "user", content: "ping", name: "", tool_calls: [], tool_call_id: "" }],
    model_parameters: { max_tokens: Math.min(limit, PROBE_TOKENS) },
    tools: [],
    stop: [],
    stream: true,
  };
}

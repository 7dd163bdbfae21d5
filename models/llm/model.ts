import type { PromptMessage } from "../../src/dify/messages.ts";
import type { ModelSchema } from "../../src/dify/model-schema.ts";
import type { CallContext, LanguageModel, Sink } from "../../src/dify/models.ts";
import type { LlmChunk, Validated } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { validateModel } from "../../src/check/validate.ts";
import { callEndpoint, type Connection } from "../../provider/connection.ts";
import type { CountTokens } from "../../src/tokens/tokens.ts";
import { llmUsage } from "../../provider/prices.ts";
import { readSettings, type Settings } from "../../provider/settings.ts";
import type { Ending } from "../../src/endpoint/answer.ts";
import { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import type { Operation } from "../../src/endpoint/address.ts";
import { AnswerWriter } from "./answer-writer.ts";
import { refuseBrokenCalls } from "./broken-calls.ts";
import { chatRequest } from "./chat/request.ts";
import { chatReader } from "./chat/response.ts";
import { completionRequest } from "./completion/request.ts";
import { completionReader } from "./completion/response.ts";
import { tidyHistory } from "./history.ts";
import { imageTokens, refuseMedia } from "./media.ts";
import { readExtraBody } from "./parameters.ts";
import { llmProbes } from "./probes.ts";
import { promptTexts } from "./prompt-text.ts";
import { responsesRequest } from "./responses/request.ts";
import { responsesReader } from "./responses/response.ts";
import { llmSchema } from "./schema.ts";
import { wireToolNames } from "./tool-names.ts";
import { describeUsage, type ServerUsage } from "./usage.ts";

type InvokeRequest = RequestOf<"invoke_llm">;

/** One way to speak to a language model. */
interface Mode {
  operation: Operation;
  /** The field every answer has. */
  answers: string;
  /** @param extra what the app adds to the body by its own hand, besides what is returned */
  request(request: InvokeRequest, model: string, settings: Settings, extra: object): object;
  /** Reads one answer: takes a value the server sent, and returns false to wait for the writer to drain. */
  reader(answer: AnswerWriter, request: InvokeRequest): (value: unknown) => boolean;
}

const MODES: Readonly<Record<Settings["mode"], Mode>> = {
  chat: { operation: "chat/completions", answers: "choices", request: chatRequest, reader: chatReader },
  completion: {
    operation: "completions",
    answers: "choices",
    request: completionRequest,
    reader: completionReader,
  },
  responses: {
    operation: "responses",
    answers: "output",
    request: responsesRequest,
    reader: responsesReader,
  },
};

/** OpenAI's chat format costs about this many tokens for each message, besides its text. */
const TOKENS_PER_MESSAGE = 4;

export class OpenAiLanguageModel implements LanguageModel {
  readonly probes = llmProbes((request, connection, sink) => this.#ask(request, connection, sink));
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
    return counts.reduce((sum, count) => sum + count, overhead(prompt_messages));
  }

  async invoke(request: InvokeRequest, sink: Sink<LlmChunk>, context: CallContext): Promise<void> {
    await callEndpoint(request, context, (connection) => this.#ask(request, connection, sink));
  }

  validateCredentials(
    request: RequestOf<"validate_model_credentials">,
    context: CallContext,
  ): Promise<Validated> {
    return validateModel(request, context, this);
  }

  async #ask(request: InvokeRequest, connection: Connection, sink: Sink<LlmChunk>): Promise<void> {
    const { settings, model } = connection;
    refuseMedia(request.prompt_messages, settings);
    const started = performance.now();
    const mode = MODES[settings.mode];
    const extraBody = readExtraBody(request);
    const tools = wireToolNames({ ...request, prompt_messages: tidyHistory(request.prompt_messages) });
    const options = {
      model: request.model,
      sink,
      stream: request.stream && settings.streaming,
      toolName: tools.original,
      showThoughts: showsThoughts(request, settings),
      // In the Responses API they end each message, which its reader knows.
      stop: settings.mode === "responses" ? [] : request.stop,
    };
    let answer = new AnswerWriter(options);
    await connection.call({
      operation: mode.operation,
      body: mode.request(tools.request, model, settings, extraBody),
      extraBody,
      async read(received) {
        answer = new AnswerWriter(options);
        const { done, document } = await received
          .values({
            write: mode.reader(answer, request),
            drained: () => answer.drained(),
            finished: () => answer.ended,
            complete: () => answer.finishReason !== null && answer.usage !== undefined,
          })
          .catch((error: unknown) => wholeDespite(error, answer));
        answer.flush();
        if (!answer.answered)
          throw received.fail(answer.streamed ? "no-answer" : "not-an-api", { missing: mode.answers });
        // A document is whole by itself, unless it is a single piece of a stream.
        const whole = done || (document && !answer.streamed) || answer.finishReason !== null;
        if (!whole) throw received.fail("truncated");
        if (answer.streamed && answer.isEmpty) throw received.fail("no-answer");
      },
      passedOn: () => answer.emitted,
    });
    refuseBrokenCalls(answer);
    const usage = answer.usage ?? (await this.#estimate(request, answer.written()));
    const details = describeUsage(usage);
    if (details !== undefined) connection.log(`model "${model}": ${details}`);
    answer.finish(llmUsage(usage, settings, (performance.now() - started) / 1000));
  }

  /** For servers that report no usage. */
  async #estimate(
    request: InvokeRequest,
    { text: answer, times }: ReturnType<AnswerWriter["written"]>,
  ): Promise<ServerUsage> {
    const prompt = promptTexts(request.prompt_messages, request.tools);
    const counts = await this.#countTokens([...prompt, answer]);
    const completion = Math.round((counts.pop() ?? 0) * times);
    const text = counts.reduce((sum, count) => sum + count, 0);
    return { prompt: text + overhead(request.prompt_messages), completion };
  }
}

/** Models that cannot stop thinking, such as MiniMax's, think on when the app says no; nobody wants to read it. */
function showsThoughts({ model_parameters }: InvokeRequest, { agent_thought_support }: Settings): boolean {
  const { enable_thinking, reasoning_effort } = model_parameters;
  return agent_thought_support !== "hidden" && enable_thinking !== false && reasoning_effort !== "none";
}

/** A connection that breaks, or stays silent, after the finish reason takes nothing from the answer. */
function wholeDespite(error: unknown, { finishReason }: AnswerWriter): Ending {
  const broke = error instanceof EndpointError && (error.kind === "truncated" || error.kind === "deadline");
  if (broke && finishReason !== null) return { done: false, document: false };
  throw error;
}

/** Tokens of a prompt besides its text. */
function overhead(messages: readonly PromptMessage[]): number {
  return TOKENS_PER_MESSAGE * messages.length + imageTokens(messages);
}

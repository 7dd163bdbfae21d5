/**
 * One line in, the answer's lines out: finds the model a request speaks of and turns whatever it throws
 * into words for Dify. Requests run side by side; none can harm another.
 */
import * as z from "zod";
import { DifyError, type ErrorType } from "../dify/errors.ts";
import type { CallContext, ModelProvider } from "../dify/models.ts";
import { parseLine } from "../dify/parse-line.ts";
import { embeddingResultToJson, llmChunkWriter } from "../dify/replies.ts";
import { actionNames, request as requestSchema, type Request } from "../dify/requests.ts";
import { byteLength, type Line } from "./lines.ts";
import { LineTooLong, Session } from "./session.ts";
import type { LineOutput } from "./transport.ts";

const envelope = z.object({
  session_id: z.string(),
  event: z.string().nullish(),
  data: z.unknown().optional(),
});

/** A request as the daemon wraps it. */
export type Envelope = z.output<typeof envelope>;

/** Undefined for what is no request, such as the answer to a question of a plugin's own. */
export function readEnvelope(line: Line): Envelope | undefined {
  const { data } = envelope.safeParse(valueOf(line));
  // Without any event it can only be meant as a request.
  return data && (data.event || "request") === "request" ? data : undefined;
}

/** How a request went, for whoever watches. Nothing in it is secret. */
export interface AnsweredCall {
  action: string;
  model: string | undefined;
  /** Absent when all went well. */
  error: ErrorType | undefined;
  milliseconds: number;
}

export interface DispatcherOptions {
  provider: ModelProvider;
  output: LineOutput;
  log: (message: string) => void;
  onAnswered?: ((call: AnsweredCall) => void) | undefined;
}

export class Dispatcher {
  readonly #provider: ModelProvider;
  readonly #output: LineOutput;
  readonly #log: (message: string) => void;
  readonly #onAnswered: DispatcherOptions["onAnswered"];
  readonly #running = new Map<Session, Promise<void>>();
  readonly #stop = new AbortController();

  constructor({ provider, output, log, onAnswered }: DispatcherOptions) {
    this.#provider = provider;
    this.#output = output;
    this.#log = log;
    this.#onAnswered = onAnswered;
  }

  /** Starts to answer one line. Never throws; a line that names no session can only be logged. */
  handle(line: Line): void {
    const request = readEnvelope(line);
    if (request) this.begin(request);
    else this.#log(`ignored a line of ${byteLength(line)} bytes that is no request of Dify's`);
  }

  /** Starts to answer. Never throws. */
  begin({ session_id, data }: Envelope): void {
    const session = new Session(this.#output, session_id);
    const answered = this.#answer(session, data);
    this.#running.set(session, answered);
    void answered.finally(() => this.#running.delete(session));
  }

  /** Resolves when every request begun so far has its answer. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running.values());
  }

  /** Gives up on the requests in flight: their models are told, and may still say how they end. */
  abort(): void {
    this.#stop.abort();
  }

  /** Ends the requests in flight with this failure, at once; what their models still say is dropped. */
  fail({ type, message }: DifyError): void {
    for (const session of this.#running.keys()) session.fail(type, message);
    this.abort();
  }

  async #answer(session: Session, data: unknown): Promise<void> {
    const started = performance.now();
    let failure: ErrorType | undefined;
    try {
      const request = readRequest(data);
      await this.#call(request, session, { signal: this.#stop.signal, log: this.#log });
      session.end();
    } catch (error) {
      const { type, message } = this.#explain(error);
      failure = type;
      session.fail(type, message);
    }
    const milliseconds = performance.now() - started;
    this.#onAnswered?.({ ...subjectOf(data), error: failure, milliseconds });
  }

  async #call(request: Request, session: Session, context: CallContext): Promise<void> {
    switch (request.action) {
      case "invoke_llm": {
        const toJson = llmChunkWriter(request.model);
        return this.#model("llm").invoke(
          request,
          {
            write: (chunk) => session.writeJson(toJson(chunk)),
            drained: () => session.drained(),
          },
          context,
        );
      }
      case "get_llm_num_tokens":
        session.write({ num_tokens: await this.#model("llm").countTokens(request) });
        return;
      case "invoke_text_embedding":
        session.writeBytes(
          embeddingResultToJson(await this.#model("text-embedding").invoke(request, context)),
        );
        return;
      case "get_text_embedding_num_tokens":
        session.write({ num_tokens: await this.#model("text-embedding").countTokens(request) });
        return;
      case "invoke_rerank":
        session.write(await this.#model("rerank").invoke(request, context));
        return;
      case "invoke_multimodal_rerank":
        session.write(await this.#model("rerank").invokeMultimodal(request, context));
        return;
      case "invoke_tts":
        return this.#model("tts").invoke(request, session, context);
      case "get_tts_model_voices":
        session.write({ voices: await this.#model("tts").voices(request, context) });
        return;
      case "invoke_speech2text":
        session.write({ result: await this.#model("speech2text").invoke(request, context) });
        return;
      case "invoke_moderation":
        session.write({ result: await this.#model("moderation").invoke(request, context) });
        return;
      case "validate_provider_credentials":
        session.write(await this.#provider.validateCredentials(request, context));
        return;
      case "validate_model_credentials":
        session.write(await this.#model(request.model_type).validateCredentials(request, context));
        return;
      case "get_ai_model_schemas":
        session.write({ model_schema: this.#model(request.model_type).schema(request) });
        return;
      case "start_polling":
      case "check_polling":
        throw new DifyError(
          "PluginLLMPollingUnsupportedError",
          "This plugin answers directly, without polling.",
        );
      case "invoke_multimodal_embedding": {
        const result = await this.#model("text-embedding").invokeMultimodal?.(request, context);
        if (!result) throw notOffered(request.action);
        session.writeBytes(embeddingResultToJson(result));
        return;
      }
    }
  }

  #model<T extends keyof ModelProvider["models"]>(type: T): NonNullable<ModelProvider["models"][T]>;
  #model(type: string): NonNullable<ModelProvider["models"][keyof ModelProvider["models"]]>;
  #model(type: string): unknown {
    const { models } = this.#provider;
    if (Object.hasOwn(models, type)) return models[type as keyof typeof models];
    throw new DifyError(
      "InvokeBadRequestError",
      `model_type: this plugin offers ${Object.keys(models).join(", ")}, not "${type}".`,
    );
  }

  #explain(error: unknown): Pick<DifyError, "type" | "message"> {
    if (error instanceof DifyError) return error;
    if (error instanceof LineTooLong) {
      return {
        type: "InvokeBadRequestError",
        message: `The answer takes ${error.bytes} bytes, Dify accepts ${LineTooLong.limit} at once. Ask for less in one call.`,
      };
    }
    this.#log(`defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return {
      type: "InvokeServerUnavailableError",
      message: "The plugin itself failed. The reason is in the plugin daemon's log; please report it.",
    };
  }
}

function notOffered(action: string): DifyError {
  return new DifyError("InvokeBadRequestError", `This plugin does not offer ${action}.`);
}

function valueOf(line: Line): unknown {
  try {
    return parseLine(line);
  } catch {
    return undefined;
  }
}

/** Read tolerantly: a malformed request is told about as well. */
function subjectOf(data: unknown): Pick<AnsweredCall, "action" | "model"> {
  const { action, model } = Object(data) as Record<string, unknown>;
  return { action: String(action), model: typeof model === "string" ? model : undefined };
}

function readRequest(data: unknown): Request {
  const { action } = Object(data) as Record<string, unknown>;
  if (typeof action !== "string" || !actionNames.includes(action)) {
    const what = typeof action === "string" ? `"${action}" is unknown` : "is missing";
    throw new DifyError("InvokeBadRequestError", `action: ${what}. Known: ${actionNames.join(", ")}.`);
  }
  const parsed = requestSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new DifyError("InvokeBadRequestError", `${action}: ${issues.join("; ")}.`);
}

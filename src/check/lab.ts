/** A model under test, with the form it is reached by. */
import type { ProbedProvider } from "./probe.ts";
import { readSettings, type Settings } from "../../provider/settings.ts";
import type { Sink } from "../dify/models.ts";
import type { LlmChunk } from "../dify/replies.ts";
import { request as difyRequest, type Action, type RequestOf } from "../dify/requests.ts";
import { readChat, type ChatEvidence } from "./chat-evidence.ts";
import { observe, type Limits, type Observation } from "./observe.ts";
import { problemOf } from "./problem.ts";
import type { Problem } from "./report.ts";
import type { StageDraft, Subject } from "./stage-draft.ts";

export type Form = Readonly<Record<string, string>>;

export interface LabOptions {
  readonly models: ProbedProvider["models"];
  readonly subject: Subject;
  readonly form: Form;
  readonly limits: Limits;
  readonly keyVariable?: string | undefined;
}

/** A question to a language model, as an app puts it. */
export interface ChatQuestion {
  readonly text?: string;
  readonly messages?: readonly object[];
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly tools?: readonly object[];
  readonly stop?: readonly string[];
  readonly stream?: boolean;
  /** Added to the form. */
  readonly form?: Form;
  readonly model?: string;
}

export interface ChatAnswer {
  /** What Dify gets, thoughts in `<think>` included. */
  readonly text: string;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finishReason: string;
  readonly chunks: number;
  readonly wire: ChatEvidence | undefined;
}

export class Lab {
  readonly options: LabOptions;
  readonly settings: Settings;

  constructor(options: LabOptions) {
    this.options = options;
    this.settings = readSettings(options.form).settings;
  }

  /** What Dify sends for an action of this model. */
  request<A extends Action>(action: A, data: object, form: Form = {}, model?: string): RequestOf<A> {
    const { subject } = this.options;
    return difyRequest.parse({
      action,
      provider: "openai_compatible",
      model: model ?? subject.model,
      model_type: subject.type,
      credentials: { ...this.options.form, ...form },
      ...data,
    }) as RequestOf<A>;
  }

  async chat(draft: StageDraft, question: ChatQuestion): Promise<Observation<ChatAnswer>> {
    const { text = "Say ok.", messages = [{ role: "user", content: text }], stream = true } = question;
    const { parameters = {}, tools = [], stop = [] } = question;
    const data = { prompt_messages: messages, model_parameters: parameters, tools, stop, stream };
    const request = this.request("invoke_llm", data, question.form, question.model);
    const chunks: LlmChunk[] = [];
    const asked = await observe(this.options.limits, (context) =>
      this.options.models.llm.invoke(request, into(chunks), context),
    );
    draft.spent(asked);
    const { value: _none, ...rest } = asked;
    if ("failure" in rest) return rest;
    const last = asked.wire.at(-1);
    return { ...rest, value: { ...merged(chunks), wire: last && readChat(last) } };
  }

  problem(
    { failure, timedOut }: Pick<Observation<unknown>, "failure" | "timedOut">,
    limitation: string,
  ): Problem {
    return problemOf(failure, { settings: this.settings, timedOut, limitation });
  }

  /** Notes something that apps ask for and that failed: it keeps nobody from saving the form. */
  tell(draft: StageDraft, failed: Observation<unknown>, limitation: string, summary?: string): void {
    const { wire, timedOut } = failed;
    const about = { ...(wire.length > 0 && { wire }), ...(summary !== undefined && { summary }) };
    draft.problem(timedOut ? "timeout" : "warn", this.problem(failed, limitation), about);
  }
}

export function into<T>(pieces: T[], onPiece: () => void = () => undefined): Sink<T> {
  return {
    write: (piece) => {
      pieces.push(piece);
      onPiece();
      return true;
    },
    drained: () => Promise.resolve(),
  };
}

/** An answer without what the model thought. */
export function withoutThoughts(text: string): string {
  return text.replace(/^\s*<think>[^]*?(?:<\/think>|$)/, "").trim();
}

function merged(chunks: readonly LlmChunk[]): Omit<ChatAnswer, "wire"> {
  const deltas = chunks.map(({ delta }) => delta);
  const texts = deltas.map(({ message: { content } }) =>
    typeof content === "string" ? content : content.map(({ data }) => data).join(""),
  );
  return {
    text: texts.join(""),
    calls: deltas.flatMap(({ message }) =>
      message.tool_calls.map(({ id, function: call }) => ({ id, ...call })),
    ),
    finishReason: deltas.at(-1)?.finish_reason ?? "",
    chunks: chunks.length,
  };
}

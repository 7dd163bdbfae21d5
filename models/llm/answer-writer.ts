/**
 * Writes a model's answer as Dify's chunks, whatever mode it is read from.
 */
import type { ToolCall } from "../../src/dify/messages.ts";
import type { Sink } from "../../src/dify/models.ts";
import type { LlmChunk, LlmUsage } from "../../src/dify/replies.ts";
import { EchoCollector, type ThoughtField } from "./echo.ts";
import { StopWords } from "./stop-words.ts";
import { Thoughts } from "./thoughts.ts";
import { ToolCallCollector } from "./tool-calls.ts";
import type { ServerUsage } from "./usage.ts";
import { Written } from "./written.ts";

export interface AnswerOptions {
  /** The name Dify knows the model by. */
  model: string;
  sink: Sink<LlmChunk>;
  /** The name Dify knows a tool by, from its name on the wire. */
  toolName: (wireName: string) => string;
  /** Text goes out as it comes; otherwise one chunk carries everything. */
  stream: boolean;
  /** Whether Dify gets what the model thought. */
  showThoughts: boolean;
  /** Words that end the text, whether the server knows of them or not. */
  stop: readonly string[];
}

const NO_CALLS: ToolCall[] = [];

export class AnswerWriter {
  /** Whether the server sent any part of an answer. */
  answered = false;
  /** Whether the server said that this was all. */
  ended = false;
  /** Whether it came as a part of a stream. */
  streamed = false;
  /** Whether any part of it was passed on. */
  emitted = false;
  finishReason: string | null = null;
  /** The index of the choice that is read. */
  choice: number | undefined;
  /** Passes on what a reader still holds back. */
  flush: () => void = () => undefined;
  /** The server's own count; the last one counts. */
  usage: ServerUsage | undefined;
  readonly calls = new ToolCallCollector();
  /** What must come back with the tool calls in the next request. */
  readonly echo = new EchoCollector();
  readonly #options: AnswerOptions;
  readonly #thoughts: Thoughts;
  readonly #stop: StopWords;
  /** Shown or not. */
  readonly #written = new Written();
  /** What a single chunk will hold. */
  readonly #text: string[] = [];
  #index = 0;

  constructor(options: AnswerOptions) {
    this.#options = options;
    this.#stop = new StopWords(options.stop);
    this.#thoughts = new Thoughts({ show: options.showThoughts, stream: options.stream });
  }

  /** A part of the answer. False asks to wait for `drained()`; so does `thought`. */
  text(text: string): boolean {
    if (text === "") return true;
    this.#written.add(text);
    return this.#emit(this.#thoughts.text(this.#stop.take(text)));
  }

  /** A part of what the model thought, by the message's field it came in. */
  thought(text: string, field: ThoughtField = "other"): boolean {
    if (text === "" || !this.echo.thought(text, field)) return true;
    this.#written.add(text);
    return this.#emit(this.#thoughts.thought(text));
  }

  drained(): Promise<void> {
    return this.#options.sink.drained();
  }

  /**
   * Whether nothing was said and nothing says why. LiteLLM streams so what a server refuses; a limit may
   * leave as little of an answer, when the thoughts before it are not told.
   */
  get isEmpty(): boolean {
    const explained = this.finishReason === "length" || this.finishReason === "content_filter";
    return !explained && this.#written.isEmpty && this.calls.isEmpty;
  }

  /** What the tokens are counted by: everything the model wrote, tool calls included, `times` over. */
  written(): { text: string; times: number } {
    const calls = this.calls.finished().map(({ function: call }) => call.name + call.arguments);
    const { text, times } = this.#written;
    return { text: text + calls.join(""), times };
  }

  /** The tool calls, under the names Dify knows the tools by. */
  toolCalls(): ToolCall[] {
    return this.calls.finished().map((call) => ({
      ...call,
      function: { ...call.function, name: this.#options.toolName(call.function.name) },
    }));
  }

  /** Sends the last chunk. */
  finish(usage: LlmUsage): void {
    const { stream, sink } = this.#options;
    const calls = this.toolCalls();
    const ended = this.#stop.reached ? "stop" : this.finishReason;
    const finishReason = ended ?? (calls.length > 0 ? "tool_calls" : "stop");
    const held = this.#thoughts.text(this.#stop.rest());
    const rest = held + this.#thoughts.end(calls.length === 0 && finishReason !== "length");
    const text = stream ? rest : [...this.#text, rest].join("");
    const last = this.#chunk(text, calls, usage, finishReason);
    const echo =
      calls.length > 0 ? this.echo.collected(this.#thoughts.inText, this.calls.extras()) : undefined;
    if (echo) last.delta.message.opaque_body = echo;
    sink.write(last);
  }

  #emit(text: string): boolean {
    if (text === "") return true;
    const { stream, sink } = this.#options;
    if (!stream) {
      this.#text.push(text);
      return true;
    }
    this.emitted = true;
    return sink.write(this.#chunk(text, NO_CALLS, null, null));
  }

  #chunk(content: string, calls: ToolCall[], usage: LlmUsage | null, finishReason: string | null): LlmChunk {
    return {
      model: this.#options.model,
      delta: {
        index: this.#index++,
        message: { role: "assistant", content, tool_calls: calls },
        usage,
        finish_reason: finishReason,
      },
    };
  }
}

/**
 * Writes a model's answer as Dify's chunks, whatever mode it is read from.
 */
import type { ToolCall } from "../../src/dify/messages.ts";
import type { Sink } from "../../src/dify/models.ts";
import type { LlmChunk, LlmUsage } from "../../src/dify/replies.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";
import { ToolCallCollector } from "./tool-calls.ts";

export interface ServerUsage {
  prompt: number;
  completion: number;
}

export interface AnswerOptions {
  /** The name Dify knows the model by. */
  model: string;
  sink: Sink<LlmChunk>;
  /** The name Dify knows a tool by, from its name on the wire. */
  toolName: (wireName: string) => string;
  /** Text goes out as it comes; otherwise one chunk carries everything. */
  stream: boolean;
}

const NO_CALLS: ToolCall[] = [];

/** Dify has no channel for thoughts: they stand in such a block before the answer. */
const OPEN_THOUGHT = "<think>\n";
const CLOSE_THOUGHT = "\n</think>";

export class AnswerWriter {
  /** Whether the server sent any part of an answer. */
  answered = false;
  /** Whether any part of it was passed on. */
  emitted = false;
  finishReason: string | null = null;
  /** The server's own count; the last one counts. */
  usage: ServerUsage | undefined;
  readonly calls = new ToolCallCollector();
  readonly #options: AnswerOptions;
  readonly #text: string[] = [];
  #thinking = false;
  #index = 0;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** A part of the answer. False asks to wait for `drained()`; so does `thought`. */
  text(text: string): boolean {
    if (text === "") return true;
    const opened = this.#thinking ? CLOSE_THOUGHT : "";
    this.#thinking = false;
    return this.#emit(opened + text);
  }

  /** A part of what the model thought before it answers. */
  thought(text: string): boolean {
    if (text === "") return true;
    const opened = this.#thinking ? "" : OPEN_THOUGHT;
    this.#thinking = true;
    return this.#emit(opened + text);
  }

  drained(): Promise<void> {
    return this.#options.sink.drained();
  }

  /** Everything the model wrote, tool calls included: what its tokens are counted by. */
  written(): string {
    const calls = this.calls.finished().map(({ function: call }) => call.name + call.arguments);
    return [...this.#text, ...calls].join("");
  }

  /** A tool call whose arguments are no JSON, so that no app could use it. */
  brokenCall(): string | undefined {
    const calls = this.calls.finished();
    return calls.find(({ function: call }) => parseJson(call.arguments) === undefined)?.function.name;
  }

  /** Sends the last chunk. */
  finish(usage: LlmUsage): void {
    const rest = this.#thinking ? CLOSE_THOUGHT : "";
    this.#thinking = false;
    const { stream, sink } = this.#options;
    const text = stream ? rest : [...this.#text, rest].join("");
    const calls = this.calls.finished().map((call) => ({
      ...call,
      function: { ...call.function, name: this.#options.toolName(call.function.name) },
    }));
    const finishReason = this.finishReason ?? (calls.length > 0 ? "tool_calls" : "stop");
    sink.write(this.#chunk(text, calls, usage, finishReason));
  }

  #emit(text: string): boolean {
    this.#text.push(text);
    const { stream, sink } = this.#options;
    if (!stream) return true;
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

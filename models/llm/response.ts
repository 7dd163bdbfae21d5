/**
 * From a server's chunks, or its one whole answer, to Dify's chunks.
 *
 * Chunks are read with plain checks, not with a schema: this runs for every token. Nothing here relies on
 * an order or a presence that some server breaks: a delta may be missing, a usage may come at the end or
 * with every chunk, a tool call may come whole or letter by letter.
 */
import type { ToolCall } from "../../src/dify/messages.ts";
import type { Sink } from "../../src/dify/models.ts";
import type { LlmChunk, LlmUsage } from "../../src/dify/replies.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";

export interface ServerUsage {
  prompt: number;
  completion: number;
}

export interface AnswerOptions {
  model: string;
  sink: Sink<LlmChunk>;
  /** Text goes out as it comes; otherwise one chunk carries everything. */
  stream: boolean;
}

const NO_CALLS: ToolCall[] = [];

export class AnswerReader {
  /** Whether the server sent any part of an answer. */
  answered = false;
  /** Whether any part of it was passed on. */
  emitted = false;
  finishReason: string | null = null;
  usage: ServerUsage | undefined;
  readonly #options: AnswerOptions;
  readonly #calls = new ToolCallCollector();
  readonly #text: string[] = [];
  #thinking = false;
  #index = 0;

  constructor(options: AnswerOptions) {
    this.#options = options;
  }

  /** Takes one value the server sent. Returns what the sink says of its own state. */
  write(value: unknown): boolean {
    const chunk = record(value);
    this.#readUsage(record(chunk["usage"]));
    const [first] = list(chunk["choices"]);
    if (first === undefined) return true;
    this.answered = true;
    const choice = record(first);
    const finish = choice["finish_reason"];
    if (typeof finish === "string" && finish !== "") this.finishReason = finish;
    const message = record(choice["delta"] ?? choice["message"]);
    this.#calls.add(list(message["tool_calls"]));
    const text = this.#readText(message, choice["text"]);
    return text === "" || this.#emit(text);
  }

  drained(): Promise<void> {
    return this.#options.sink.drained();
  }

  /** Everything the model wrote, tool calls included: what its tokens are counted by. */
  written(): string {
    const calls = this.#calls.finished().map(({ function: call }) => call.name + call.arguments);
    return [...this.#text, ...calls].join("");
  }

  /** A tool call whose arguments are no JSON, so that no app could use it. */
  brokenCall(): string | undefined {
    return this.#calls.finished().find(({ function: call }) => parseJson(call.arguments) === undefined)
      ?.function.name;
  }

  /** Sends the last chunk. */
  finish(usage: LlmUsage): void {
    const rest = this.#thinking ? CLOSE_THOUGHT : "";
    this.#thinking = false;
    const { stream, sink } = this.#options;
    const text = stream ? rest : [...this.#text, rest].join("");
    const calls = this.#calls.finished();
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

  /** Dify has no channel for thoughts: they stand in a `<think>` block before the answer. */
  #readText(message: Record<string, unknown>, completion: unknown): string {
    const thought = plain(message["reasoning_content"]) || plain(message["reasoning"]);
    const text = plain(message["content"]) || plain(completion);
    let result = "";
    if (thought !== "") {
      result += this.#thinking ? thought : OPEN_THOUGHT + thought;
      this.#thinking = true;
    }
    if (text !== "") {
      result += this.#thinking ? CLOSE_THOUGHT + text : text;
      this.#thinking = false;
    }
    return result;
  }

  /** The last usage counts; Ollama sends zeros before it. */
  #readUsage(usage: Record<string, unknown>): void {
    const { prompt_tokens: prompt, completion_tokens: completion } = usage;
    if (isCount(prompt) && (prompt > 0 || isCount(completion))) {
      this.usage = { prompt, completion: isCount(completion) ? completion : 0 };
    }
  }
}

const OPEN_THOUGHT = "<think>\n";
const CLOSE_THOUGHT = "\n</think>";

interface CallInProgress {
  id: string;
  name: string;
  arguments: string[];
}

/**
 * Puts tool calls together from their pieces. A piece belongs to the call of its index; without one, to
 * the call of its id; without both, to the latest call, unless it brings a new name.
 */
class ToolCallCollector {
  readonly #calls: CallInProgress[] = [];
  readonly #byIndex = new Map<number, CallInProgress>();

  add(pieces: readonly unknown[]): void {
    for (const piece of pieces) this.#addPiece(record(piece));
  }

  finished(): ToolCall[] {
    return this.#calls.map((call, position) => ({
      id: call.id || `call_${position + 1}`,
      type: "function",
      function: { name: call.name, arguments: call.arguments.join("") || "{}" },
    }));
  }

  #addPiece(piece: Record<string, unknown>): void {
    const id = plain(piece["id"]);
    const fn = record(piece["function"]);
    const name = plain(fn["name"]);
    const call = this.#find(piece["index"], id, name);
    if (id !== "") call.id = id;
    if (name !== "") call.name = name;
    const args = fn["arguments"];
    if (typeof args === "string") call.arguments.push(args);
    else if (args !== undefined && args !== null) call.arguments.push(JSON.stringify(args));
  }

  #find(index: unknown, id: string, name: string): CallInProgress {
    const known =
      typeof index === "number"
        ? this.#byIndex.get(index)
        : id !== ""
          ? this.#calls.find((call) => call.id === id)
          : name === ""
            ? this.#calls.at(-1)
            : undefined;
    // The same index with another id and a name is another call: some servers number all calls 0.
    if (known && !(id !== "" && name !== "" && known.id !== "" && known.id !== id)) return known;
    const call: CallInProgress = { id: "", name: "", arguments: [] };
    this.#calls.push(call);
    if (typeof index === "number") this.#byIndex.set(index, call);
    return call;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text, or the text of content parts (Mistral's reasoning models send parts). */
function plain(value: unknown): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) return "";
  return value.map((part) => plain(record(part)["text"])).join("");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

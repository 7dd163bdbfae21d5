/**
 * What a server wants to see again with the tool calls it made: what it thought, and signatures.
 *
 * Dify keeps it with the turn (`opaque_body`, since daemon 0.5.4) and hands it back.
 */
import { list, record, text } from "./wire-values.ts";

/** The message fields servers send thoughts in. */
export const THOUGHT_FIELDS = ["reasoning_content", "reasoning", "thinking"] as const;
export type ThoughtField = (typeof THOUGHT_FIELDS)[number] | "reasoning_details" | "other";

export interface Echo {
  /** The thoughts, under the name they came by. */
  reasoning_content?: string;
  reasoning?: string;
  /** Thoughts that came in any other way. */
  thought?: string;
  /** OpenRouter's, with signatures. */
  reasoning_details?: readonly unknown[];
  /** Tool call's id → its `extra_content`: Gemini's signature is in there. */
  tool_calls_extra?: Readonly<Record<string, unknown>>;
}

/** Gathers an echo while an answer is read. */
export class EchoCollector {
  readonly #details: Record<string, unknown>[] = [];
  readonly #thought: string[] = [];
  #field: ThoughtField | undefined;

  /**
   * Whether the thought is a new one: servers that say the same in several fields (OpenRouter in two, vLLM
   * at times) are read by the first of them.
   */
  thought(piece: string, field: ThoughtField): boolean {
    if (piece.trim() !== "") this.#field ??= field;
    if (this.#field !== undefined && this.#field !== field) return false;
    this.#thought.push(piece);
    return true;
  }

  /** Pieces of one entry follow each other and have its type and index. */
  details(entries: readonly unknown[]): void {
    for (const value of entries) {
      const entry = record(value);
      const last = this.#details.at(-1);
      const goesOn = last && last["type"] === entry["type"] && last["index"] === entry["index"];
      if (last && goesOn && "index" in entry && entry["type"] !== "reasoning.encrypted") merge(last, entry);
      else this.#details.push({ ...entry });
    }
  }

  /** `inText`: what came between tags within the text. */
  collected(inText: string, toolCallsExtra: Readonly<Record<string, unknown>>): Echo | undefined {
    const thought = this.#thought.join("") || inText;
    const field = this.#field;
    const echo: Echo = {
      ...(thought !== "" && {
        [field === "reasoning_content" || field === "reasoning" ? field : "thought"]: thought,
      }),
      ...(this.#details.length > 0 && { reasoning_details: this.#details }),
      ...(Object.keys(toolCallsExtra).length > 0 && { tool_calls_extra: toolCallsExtra }),
    };
    return Object.keys(echo).length > 0 ? echo : undefined;
  }
}

/** Text grows; whatever else comes, such as the signature, comes once. */
function merge(entry: Record<string, unknown>, piece: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(piece)) {
    const grows = (name === "text" || name === "summary") && typeof value === "string";
    if (grows) entry[name] = text(entry[name]) + value;
    else entry[name] = value ?? entry[name];
  }
}

/** What `details` say in words; encrypted ones say nothing. */
export function detailsText(details: readonly unknown[]): string {
  return details.map((entry) => text(record(entry)["text"]) || text(record(entry)["summary"])).join("");
}

/** What Dify hands back may be another plugin's. */
export function readEcho(opaque: unknown): Echo {
  const { reasoning_content, reasoning, thought, reasoning_details, tool_calls_extra } = record(opaque);
  const details = list(reasoning_details);
  return {
    ...(typeof reasoning_content === "string" && { reasoning_content }),
    ...(typeof reasoning === "string" && { reasoning }),
    ...(typeof thought === "string" && { thought }),
    ...(details.length > 0 && { reasoning_details: details }),
    tool_calls_extra: record(tool_calls_extra),
  };
}

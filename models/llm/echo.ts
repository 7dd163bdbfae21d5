/**
 * What a server wants to see again with the tool calls it made: what it thought, and signatures.
 *
 * Dify keeps it with the turn (`opaque_body`, since daemon 0.5.4) and hands it back.
 */
import { count, list, record, text } from "./wire-values.ts";

/** The message fields servers send thoughts in. */
export const THOUGHT_FIELDS = ["reasoning_content", "reasoning", "thinking"] as const;
export type ThoughtField = (typeof THOUGHT_FIELDS)[number] | EntryField | "other";

/** Lists of what was thought, with signatures: OpenRouter's, and Anthropic's as LiteLLM hands them on. */
export const ENTRY_FIELDS = ["reasoning_details", "thinking_blocks"] as const;
export type EntryField = (typeof ENTRY_FIELDS)[number];
type Entries = readonly unknown[];

export interface Echo {
  /** The thoughts, under the name they came by. */
  reasoning_content?: string;
  reasoning?: string;
  /** Thoughts that came in any other way. */
  thought?: string;
  reasoning_details?: Entries;
  thinking_blocks?: Entries;
  /**
   * The Responses API's: `{before, after_text?, item}`, an encrypted item, the position of the call after it,
   * and whether it stood behind the turn's text.
   */
  reasoning_items?: Entries;
  /** Tool call's id → its `extra_content`: Gemini's signature is in there. */
  tool_calls_extra?: Readonly<Record<string, unknown>>;
}

/** Gathers an echo while an answer is read. */
export class EchoCollector {
  readonly #entries: Record<EntryField, Record<string, unknown>[]> = {
    reasoning_details: [],
    thinking_blocks: [],
  };
  readonly #items: unknown[] = [];
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

  /** Pieces of one entry follow each other. */
  entries(field: EntryField, pieces: readonly unknown[]): void {
    const entries = this.#entries[field];
    for (const value of pieces) {
      const piece = record(value);
      const last = entries.at(-1);
      if (last && CONTINUES[field](last, piece)) merge(last, piece);
      else entries.push({ ...piece });
    }
  }

  /**
   * An item of reasoning that only the server can read.
   *
   * @param before the position of the call after it
   * @param afterText whether the model had begun to answer
   */
  item(item: object, before: number, afterText: boolean): void {
    this.#items.push({ before, ...(afterText && { after_text: true }), item });
  }

  /** `inText`: what came between tags within the text. */
  collected(inText: string, toolCallsExtra: Readonly<Record<string, unknown>>): Echo | undefined {
    const thought = this.#thought.join("") || inText;
    const field = this.#field;
    const echo: Echo = {
      ...(thought !== "" && {
        [field === "reasoning_content" || field === "reasoning" ? field : "thought"]: thought,
      }),
      ...notEmpty("reasoning_details", this.#entries.reasoning_details),
      ...notEmpty("thinking_blocks", this.#entries.thinking_blocks),
      ...notEmpty("reasoning_items", this.#items),
      ...(Object.keys(toolCallsExtra).length > 0 && { tool_calls_extra: toolCallsExtra }),
    };
    return Object.keys(echo).length > 0 ? echo : undefined;
  }
}

const CONTINUES: Readonly<
  Record<EntryField, (last: Record<string, unknown>, piece: Record<string, unknown>) => boolean>
> = {
  reasoning_details: (last, piece) =>
    count(piece["index"]) !== undefined &&
    piece["type"] !== "reasoning.encrypted" &&
    last["type"] === piece["type"] &&
    last["index"] === piece["index"],
  // Unnumbered: the signature ends a block.
  thinking_blocks: (last, piece) =>
    piece["type"] === "thinking" && last["type"] === "thinking" && !last["signature"],
};

const WORDS: ReadonlySet<string> = new Set(["text", "summary", "thinking"]);

/** Text grows; whatever else comes, such as the signature, comes once. */
function merge(entry: Record<string, unknown>, piece: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(piece)) {
    if (WORDS.has(name) && typeof value === "string") entry[name] = text(entry[name]) + value;
    else entry[name] = value ?? entry[name];
  }
}

/** What entries say in words; encrypted ones say nothing. */
export function entriesText(entries: Entries): string {
  return entries
    .map(record)
    .map((entry) => text(entry["text"]) || text(entry["summary"]) || text(entry["thinking"]))
    .join("");
}

/** What Dify hands back may be another plugin's. */
export function readEcho(opaque: unknown): Echo {
  const { reasoning_content, reasoning, thought, tool_calls_extra, ...lists } = record(opaque);
  return {
    ...(typeof reasoning_content === "string" && { reasoning_content }),
    ...(typeof reasoning === "string" && { reasoning }),
    ...(typeof thought === "string" && { thought }),
    ...notEmpty("reasoning_details", list(lists["reasoning_details"])),
    ...notEmpty("thinking_blocks", list(lists["thinking_blocks"])),
    ...notEmpty("reasoning_items", list(lists["reasoning_items"])),
    tool_calls_extra: record(tool_calls_extra),
  };
}

function notEmpty<F extends string>(field: F, entries: Entries): Partial<Record<F, Entries>> {
  return entries.length > 0 ? ({ [field]: entries } as Record<F, Entries>) : {};
}

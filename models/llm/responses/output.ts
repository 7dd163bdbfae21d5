/** What a Responses answer holds, written once, though servers stream it first and repeat it whole. */
import type { AnswerWriter } from "../answer-writer.ts";
import { list, record, text } from "../wire-values.ts";
import { CallItems } from "./call-items.ts";
import { StopWords } from "../stop-words.ts";
import { TextItems, type TextItem } from "./text-items.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Stands between messages, and between the paragraphs of a summary, which are items and parts here. */
const APART = "\n\n";

/** A model's thoughts come in its own words or as a summary; from some servers as both. */
export type ThoughtForm = "content" | "summary";

export class ResponsesOutput {
  readonly calls: CallItems;
  readonly #answer: AnswerWriter;
  readonly #stop: StopWords;
  readonly #messages = new TextItems();
  readonly #reasonings = new TextItems();
  /** The message that was told last. */
  #latest: TextItem | undefined;
  #thoughtForm: ThoughtForm | undefined;
  #thinking = false;
  #thoughtApart = false;
  readonly #encrypted = new Set<string>();

  constructor(answer: AnswerWriter, stop: readonly string[]) {
    this.#answer = answer;
    this.#stop = new StopWords(stop);
    this.calls = new CallItems(answer.calls);
  }

  /** Whether a stop word ended the answer. */
  get stopped(): boolean {
    return this.#stop.reached;
  }

  /** A message or a call begins, or thoughts do. */
  begin(item: Fields, position: unknown): void {
    if (item["type"] === "function_call") this.calls.begin(item, position);
    if (item["type"] === "message") this.#messages.begin(item, position);
    if (item["type"] === "reasoning") {
      this.#reasonings.begin(item, position);
      this.beginThought();
    }
  }

  beginThought(): void {
    this.#thoughtApart = this.#thinking;
  }

  /** A part of a message begins. */
  beginPart(event: Fields): void {
    this.#messages.ofEvent(event).beginPart(event["content_index"]);
  }

  /** A piece of a message. False asks to wait for the writer to drain; so does whatever else writes. */
  text(piece: string, event: Fields): boolean {
    return this.#tell(this.#messages.ofEvent(event), piece, event["content_index"]);
  }

  /** All text of a part, which some servers tell only so. */
  wholePart(whole: string, event: Fields): boolean {
    const { content_index: part } = event;
    const message = this.#messages.ofEvent(event);
    return this.#tell(message, this.#untold(message, message.toldOf(part), whole), part);
  }

  thought(piece: string, form: ThoughtForm, event: Fields): boolean {
    return this.#think(this.#reasonings.ofEvent(event), piece, form);
  }

  /** An item that is complete, which some servers tell only so. */
  wholeItem(item: Fields, position: unknown): boolean {
    let free = true;
    if (item["type"] === "function_call") this.calls.whole(item, position);
    if (item["type"] === "message") {
      const message = this.#messages.ofItem(item, position);
      message.complete = true;
      free = this.#wholeMessage(message, item);
    }
    if (item["type"] === "reasoning") {
      const reasoning = this.#reasonings.ofItem(item, position);
      reasoning.complete = true;
      this.#keepEncrypted(item, this.calls.count, this.#latest !== undefined);
      free = this.#wholeReasoning(reasoning, item);
    }
    return this.flush() && free;
  }

  /** Writes what may have been the beginning of a stop word. */
  flush(): boolean {
    return this.#answer.text(this.#stop.rest());
  }

  /** The text of an answer that tells of no items. */
  alone(whole: string): boolean {
    return this.#latest !== undefined || this.text(whole, {});
  }

  /** The whole answer: all of it, or what the stream did not tell. */
  whole(output: readonly unknown[]): boolean {
    const items = output.map(record);
    const free = [...this.#wholeThoughts(items), ...this.#wholeMessages(items)];
    const calls = this.calls.repeated(items.filter(({ type }) => type === "function_call"));
    this.#keepAllEncrypted(items, calls);
    return this.flush() && free.every(Boolean);
  }

  /** Thoughts stand before the answer, and are told in one form. */
  #wholeThoughts(items: readonly Fields[]): boolean[] {
    if (this.#latest !== undefined || this.#thoughtForm !== undefined) return [];
    const end = items.findIndex((item) => item["type"] === "message" && messageText(item) !== "");
    const thoughts = items
      .slice(0, end === -1 ? items.length : end)
      .filter(({ type }) => type === "reasoning");
    return this.#reasonings.ofWhole(thoughts).map(([known, item]) => this.#wholeReasoning(known, item));
  }

  #wholeMessages(items: readonly Fields[]): boolean[] {
    const messages = items.filter(({ type }) => type === "message");
    // A gateway may have cut the same text into other messages.
    if (squeeze(messages.map(messageText).join("")) === squeeze(this.#messages.told)) return [];
    return this.#messages.ofWhole(messages).map(([known, item]) => this.#wholeMessage(known, item));
  }

  #wholeMessage(message: TextItem, item: Fields): boolean {
    return this.#tell(message, this.#untold(message, message.told, messageText(item)));
  }

  /** The end of a text; none when it was told in other words, or if other text follows it already. */
  #untold(message: TextItem, told: string, whole: string): string {
    const appendable = message === this.#latest || told === "";
    return appendable && whole.startsWith(told) ? whole.slice(told.length) : "";
  }

  #tell(message: TextItem, piece: string, part?: unknown): boolean {
    if (piece === "") return true;
    const apart = this.#latest !== undefined && message.untold ? APART : "";
    message.tell(piece, part);
    this.#latest = message;
    this.#thinking = false;
    return this.#answer.text(this.#stop.take(apart + piece));
  }

  #wholeReasoning(reasoning: TextItem, item: Fields): boolean {
    // Thoughts stand before the answer, or nowhere.
    if (!reasoning.untold || this.#latest !== undefined) return true;
    let free = true;
    for (const part of list(item["summary"])) {
      this.beginThought();
      free = this.#think(reasoning, text(record(part)["text"]), "summary") && free;
    }
    this.beginThought();
    const words = list(item["content"]).map((part) => text(record(part)["text"]));
    return this.#think(reasoning, words.join(""), "content") && free;
  }

  #think(reasoning: TextItem, piece: string, form: ThoughtForm): boolean {
    this.#thoughtForm ??= piece === "" ? undefined : form;
    if (piece === "" || form !== this.#thoughtForm) return true;
    const apart = this.#thoughtApart ? APART : "";
    this.#thoughtApart = false;
    reasoning.tell(piece, 0);
    this.#thinking = true;
    const free = this.flush();
    return this.#answer.thought(apart + piece) && free;
  }

  /** @param calls the positions of the items' calls */
  #keepAllEncrypted(items: readonly Fields[], calls: readonly number[]): void {
    let next = 0;
    let afterText = false;
    for (const item of items) {
      if (item["type"] === "function_call") next += 1;
      if (item["type"] === "message") afterText = true;
      if (item["type"] === "reasoning") this.#keepEncrypted(item, calls[next] ?? this.calls.count, afterText);
    }
  }

  #keepEncrypted({ type, id, summary, encrypted_content }: Fields, before: number, afterText: boolean): void {
    if (typeof encrypted_content !== "string" || this.#encrypted.has(encrypted_content)) return;
    this.#encrypted.add(encrypted_content);
    this.#answer.echo.item({ type, id, summary, encrypted_content }, before, afterText);
  }
}

function messageText({ content }: Fields): string {
  const parts = list(content).map(record);
  return text(content) || parts.map((part) => text(part["text"]) || text(part["refusal"])).join("");
}

function squeeze(words: string): string {
  return words.replaceAll(/\s+/g, "");
}

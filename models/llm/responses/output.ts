/** What a Responses answer holds, written once, though servers stream it first and repeat it whole. */
import type { AnswerWriter } from "../answer-writer.ts";
import { list, record, text } from "../wire-values.ts";
import { CallItems } from "./call-items.ts";
import { StopWords } from "../stop-words.ts";

/** Stands between messages, and between the paragraphs of a summary, which are items and parts here. */
const APART = "\n\n";

/** A model's thoughts come in its own words or as a summary; from some servers as both. */
export type ThoughtForm = "content" | "summary";

export class ResponsesOutput {
  readonly calls: CallItems;
  readonly #answer: AnswerWriter;
  readonly #stop: StopWords;
  #thoughtForm: ThoughtForm | undefined;
  #hasText = false;
  #textApart = false;
  #thinking = false;
  #thoughtApart = false;
  /** Whether the text of the item and of the part in hand was told by pieces. */
  #itemTold = false;
  #partTold = false;
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
  begin(item: Readonly<Record<string, unknown>>, position: unknown): void {
    this.#itemTold = false;
    this.beginPart();
    if (item["type"] === "function_call") this.calls.begin(item, position);
    if (item["type"] === "message") this.#textApart = this.#hasText;
    if (item["type"] === "reasoning") this.beginThought();
  }

  beginThought(): void {
    this.#thoughtApart = this.#thinking;
  }

  beginPart(): void {
    this.#partTold = false;
  }

  /** All text of a part, which some servers tell only so. */
  wholePart(whole: string): boolean {
    return this.#partTold || this.text(whole);
  }

  /** An item that is complete, which some servers tell only so. */
  wholeItem(item: Readonly<Record<string, unknown>>, position: unknown): boolean {
    let free = true;
    if (item["type"] === "function_call") this.calls.whole(item, position);
    if (item["type"] === "message" && !this.#itemTold) free = this.#wholeMessage(item);
    if (item["type"] === "reasoning") {
      this.#keepEncrypted(item);
      if (!this.#itemTold) free = this.#wholeReasoning(item);
    }
    this.#itemTold = false;
    return this.flush() && free;
  }

  /** A part of the answer. False asks to wait for the writer to drain; so does whatever else writes. */
  text(piece: string): boolean {
    if (piece === "") return true;
    const apart = this.#textApart ? APART : "";
    this.#hasText = true;
    this.#itemTold = true;
    this.#partTold = true;
    this.#textApart = false;
    this.#thinking = false;
    return this.#answer.text(this.#stop.take(apart + piece));
  }

  thought(piece: string, form: ThoughtForm): boolean {
    this.#thoughtForm ??= piece === "" ? undefined : form;
    if (piece === "" || form !== this.#thoughtForm) return true;
    const apart = this.#thoughtApart ? APART : "";
    this.#thoughtApart = false;
    this.#itemTold = true;
    this.#thinking = true;
    const free = this.flush();
    return this.#answer.thought(apart + piece) && free;
  }

  /** Writes what may have been the beginning of a stop word. */
  flush(): boolean {
    return this.#answer.text(this.#stop.rest());
  }

  /** The whole answer: all of it, or what the stream did not tell. */
  whole(output: readonly unknown[]): boolean {
    const items = output.map(record);
    const noText = !this.#hasText;
    const nothing = noText && this.#thoughtForm === undefined;
    let free = true;
    for (const item of items) {
      if (item["type"] === "reasoning") this.#keepEncrypted(item);
      if (item["type"] === "reasoning" && nothing) free = this.#wholeReasoning(item) && free;
      if (item["type"] === "message" && noText) free = this.#wholeMessage(item) && free;
    }
    this.calls.repeated(items.filter(({ type }) => type === "function_call"));
    return this.flush() && free;
  }

  #wholeMessage(message: Readonly<Record<string, unknown>>): boolean {
    this.begin(message, undefined);
    const { content } = message;
    const parts = list(content).map(record);
    return this.text(
      text(content) || parts.map((part) => text(part["text"]) || text(part["refusal"])).join(""),
    );
  }

  #wholeReasoning(reasoning: Readonly<Record<string, unknown>>): boolean {
    // Thoughts stand before the answer, or nowhere.
    if (this.#hasText) return true;
    let free = true;
    for (const part of list(reasoning["summary"])) {
      this.beginThought();
      free = this.thought(text(record(part)["text"]), "summary") && free;
    }
    this.beginThought();
    const words = list(reasoning["content"]).map((part) => text(record(part)["text"]));
    return this.thought(words.join(""), "content") && free;
  }

  #keepEncrypted({ type, id, summary, encrypted_content }: Readonly<Record<string, unknown>>): void {
    if (typeof encrypted_content !== "string" || this.#encrypted.has(encrypted_content)) return;
    this.#encrypted.add(encrypted_content);
    this.#answer.echo.item({ type, id, summary, encrypted_content }, this.calls.count);
  }
}

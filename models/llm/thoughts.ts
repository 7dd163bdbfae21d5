/**
 * One answer's text with what the model thought in one well-formed block before it.
 *
 * Dify has no channel for thoughts: it folds `<think>\n…\n</think>` at the start of an answer. Servers send
 * thoughts in a field, or inside the text between such tags, cut anywhere.
 *
 * - There is one block at most, it is never empty and always closed. Thoughts that come after the answer
 *   began are not shown: the answer's order would change, or a second block would stand in its middle,
 *   which Dify does not fold and history does not find again.
 * - Only `<think>` at the very start opens a block, or right behind a block, which then goes on. Later on
 *   both tags are the answer's own words.
 * - Once there are thoughts, text from `<think>` on is thought only if the tag is closed: an answer may
 *   begin by speaking of the tag.
 * - A lone `</think>` means that the chat template wrote `<think>` into the prompt. If the answer goes out
 *   whole, all before the tag becomes the block. In a stream it went out already and cannot be called
 *   back: the tag alone is left out, and the thoughts stay as a part of the answer. A tag that is spoken
 *   of, or comes after thoughts or an opening tag, is not a lone one.
 * - Thoughts that are not shown become the answer when there is no other: servers mistake one for the other.
 */
import { lonelyTag, LonelyTagFilter } from "./lonely-tag.ts";

const OPEN_TAG = "<think>";
const CLOSE_TAG = "</think>";
const TAGS = /<\/?think>/g;
const OPEN_BLOCK = "<think>\n";
const CLOSE_BLOCK = "\n</think>";

export interface ThoughtOptions {
  /** Without, thoughts are read and dropped. */
  show: boolean;
  /** Whether what is returned goes out at once. */
  stream: boolean;
}

/** Every method returns the text that may go out now. */
export class Thoughts {
  readonly #options: ThoughtOptions;
  readonly #lonelyTags = new LonelyTagFilter();
  #part: "start" | "thought" | "answer" = "start";
  #block: "none" | "open" | "closed" = "none";
  /** Blanks before the first word. They are never looked at again: a model may loop on line breaks. */
  #blanks = "";
  /** Text that may turn out to be a tag, or blanks nobody may miss. */
  #heldText = "";
  #heldThought = "";
  /** What the text itself says between its tags. */
  #inText = "";
  /** What it says behind a tag that may prove the answer's own. */
  #unsure: string | undefined;
  /** Text behind a closing tag that was not looked at yet. */
  #behind = "";
  /** Thoughts that are not shown. */
  #hidden = "";
  /** Whether anything was thought, or tags for it came. */
  #thought = false;
  /** Whether any of the answer went out. */
  #answered = false;

  constructor(options: ThoughtOptions) {
    this.#options = options;
  }

  /** The thoughts that came within the text. */
  get inText(): string {
    return this.#inText.trim();
  }

  /** A piece of thought that came apart from the text. */
  thought(piece: string): string {
    if (this.#answered || piece === "") return "";
    this.#thought ||= piece.trim() !== "";
    if (!this.#options.show) {
      this.#hidden += piece;
      return "";
    }
    if (piece.trim() === "") {
      if (this.#block !== "none" || this.#heldThought !== "") this.#heldThought += piece;
      return "";
    }
    // Tags inside would close the block early or open another.
    const text = (this.#heldThought + piece).replaceAll(TAGS, " ");
    const clean = this.#block === "none" ? text.trimStart() : text;
    const end = cleanEnd(clean);
    this.#heldThought = clean.slice(end);
    if (end === 0) return "";
    const opened = this.#block === "none" ? OPEN_BLOCK : "";
    this.#block = "open";
    return opened + clean.slice(0, end);
  }

  /** A piece of the text, which may hold thoughts at its start. */
  text(piece: string): string {
    let out = "";
    for (let rest = piece; rest !== "";) {
      this.#behind = "";
      out += this.#next(rest);
      rest = this.#behind;
    }
    return out;
  }

  /** Takes the text up to the end of a block; the rest waits in `#behind`. */
  #next(piece: string): string {
    if (this.#part === "answer") return this.#answer(piece);
    if (this.#part === "start") return this.#start(piece);
    const text = this.#heldText + piece;
    this.#heldText = "";
    return this.#insideText(text);
  }

  /**
   * The rest. `complete`: the model ended with an answer, not with a tool call or at a limit. Then nothing
   * is hidden if nothing would be left: the model may have forgotten to close its tag.
   */
  end(complete: boolean): string {
    const answered = this.#answered;
    const rest = this.#rest();
    const hidden = this.#hidden.replaceAll(TAGS, " ").trimStart();
    return complete && !answered && rest.trim() === "" && hidden !== "" ? hidden : rest;
  }

  #rest(): string {
    const held = this.#heldText;
    this.#heldText = "";
    if (this.#part === "answer") return this.#finishAnswer(held);
    if (this.#part === "start") return this.#finishAnswer(this.#blanks + held);
    if (this.#unsure !== undefined) return this.#finishAnswer(OPEN_TAG + this.#unsure + held);
    return this.#inner(held) + this.#close();
  }

  #start(piece: string): string {
    const words = this.#heldText === "" ? piece.trimStart() : this.#heldText + piece;
    if (this.#heldText === "") this.#blanks += piece.slice(0, piece.length - words.length);
    this.#heldText = "";
    if (words.startsWith(OPEN_TAG)) {
      this.#part = "thought";
      if (this.#thought) this.#unsure = "";
      return this.#insideText(words.slice(OPEN_TAG.length));
    }
    // Templates without thoughts end the prompt by the opening tag, and the model just closes it.
    if (words.startsWith(CLOSE_TAG)) return this.#leaveTags(words.slice(CLOSE_TAG.length));
    if (OPEN_TAG.startsWith(words) || CLOSE_TAG.startsWith(words)) {
      this.#heldText = words;
      return "";
    }
    this.#part = "answer";
    return this.#answer(this.#blanks + words);
  }

  #insideText(text: string): string {
    const end = text.indexOf(CLOSE_TAG);
    if (end === -1) {
      const safe = text.length - partialTag(text);
      this.#heldText = text.slice(safe);
      return this.#inner(text.slice(0, safe));
    }
    return this.#inner(text.slice(0, end)) + this.#leaveTags(text.slice(end + CLOSE_TAG.length));
  }

  #inner(piece: string): string {
    if (this.#unsure !== undefined) {
      this.#unsure += piece;
      return "";
    }
    this.#inText += piece;
    return this.thought(piece);
  }

  #leaveTags(rest: string): string {
    const thought = this.#unsure;
    this.#unsure = undefined;
    const told = thought === undefined || thought.trim() === "" ? "" : this.#inner(`\n\n${thought}`);
    this.#part = "start";
    this.#thought = true;
    this.#blanks = "";
    this.#behind = rest;
    return told;
  }

  #answer(piece: string): string {
    const text = this.#heldText + piece;
    this.#heldText = "";
    // An answer may still turn out to be thoughts, and thoughts may still follow blanks. What was held in a
    // stream is blank, so that only the piece is looked at: a model may loop on line breaks.
    if (!this.#answered && (this.#mayBeThoughts() || piece.trim() === "")) {
      this.#heldText = text;
      return "";
    }
    return this.#pass(text);
  }

  #mayBeThoughts(): boolean {
    return !this.#options.stream && !this.#thought;
  }

  #finishAnswer(held: string): string {
    const tag = !this.#answered && this.#mayBeThoughts() ? lonelyTag(held) : undefined;
    if (tag === undefined) return (held === "" ? this.#close() : this.#pass(held)) + this.#lonelyTags.end();
    return this.#inner(held.slice(0, tag)) + this.#pass(held.slice(tag + CLOSE_TAG.length));
  }

  /** Text that is an answer beyond doubt. */
  #pass(text: string): string {
    if (this.#answered) return this.#withoutLonelyTag(text);
    this.#answered = true;
    const closed = this.#close();
    // The blanks behind a closing tag belong to it.
    const rest = this.#thought && closed === "" ? text.trimStart() : text;
    return closed + this.#withoutLonelyTag(rest);
  }

  #withoutLonelyTag(text: string): string {
    return this.#options.stream && !this.#thought ? this.#lonelyTags.pass(text) : text;
  }

  #close(): string {
    const rest = this.#heldThought.trimEnd();
    const opened = this.#block === "none" && rest !== "" ? OPEN_BLOCK : "";
    const closed = this.#block === "open" || opened !== "" ? CLOSE_BLOCK : "";
    this.#heldThought = "";
    this.#block = "closed";
    return closed === "" ? "" : opened + rest + closed;
  }
}

/** Where a thought's words end for now: blanks and what may become a tag wait for more. */
function cleanEnd(text: string): number {
  return text.slice(0, text.length - partialTag(text)).trimEnd().length;
}

/** How many characters at the end may be the beginning of a tag. */
function partialTag(text: string): number {
  const start = text.lastIndexOf("<");
  const end = start === -1 ? "" : text.slice(start);
  return end !== "" && (OPEN_TAG.startsWith(end) || CLOSE_TAG.startsWith(end)) ? end.length : 0;
}

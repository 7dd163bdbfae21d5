/**
 * The `</think>` of an answer that has no `<think>`: the chat template wrote that one into the prompt.
 */

/**
 * A tag in use begins a line (Qwen), or stands between words without a blank (DeepSeek V3.1): one in quotes,
 * or in the middle of a sentence, is spoken of. An opening tag before it makes both the answer's own words.
 */
const TAG = /<think>|(?<=^|\n)<\/think>(?![`"'])|(?<![`"'(\s])<\/think>(?![`"') \t])/;
const TAGS = ["<think>", "</think>"];
const TAG_OR_FENCE = new RegExp(`^[ \\t]*(?:\`\`\`|~~~)|${TAG.source}`, "gm");

/** Where the lone tag stands; undefined when there is none. Within a code fence it is spoken of. */
export function lonelyTag(text: string): number | undefined {
  let fenced = false;
  for (const { 0: found, index } of text.matchAll(TAG_OR_FENCE)) {
    if (!TAGS.includes(found)) fenced = !fenced;
    else if (!fenced) return found === "</think>" ? index : undefined;
  }
  return undefined;
}

/** Takes the first lone tag out of a text that comes in pieces. */
export class LonelyTagFilter {
  #settled = false;
  /** The last character that went out: a quote before a tag matters. */
  #before = "";
  #held = "";

  pass(piece: string): string {
    if (this.#settled) return piece;
    if (this.#held === "" && piece !== "" && !piece.includes("<")) {
      this.#before = piece.slice(-1);
      return piece;
    }
    const text = this.#before + this.#held + piece;
    const found = TAG.exec(text);
    // What follows a closing tag may be a quote.
    if (found && (found[0] === "<think>" || found.index + found[0].length < text.length)) {
      return this.#settle(text, found);
    }
    return this.#release(text, found?.index ?? text.length - partial(text));
  }

  end(): string {
    if (this.#settled) return "";
    const text = this.#before + this.#held;
    const found = TAG.exec(text);
    return found ? this.#settle(text, found) : this.#release(text, text.length);
  }

  #settle(text: string, { 0: tag, index }: RegExpExecArray): string {
    this.#settled = true;
    const whole = tag === "<think>" ? text : text.slice(0, index) + text.slice(index + tag.length);
    return whole.slice(this.#before.length);
  }

  #release(text: string, end: number): string {
    const passed = text.slice(this.#before.length, end);
    this.#held = text.slice(end);
    this.#before = text.slice(0, end).slice(-1);
    return passed;
  }
}

/** How many characters at the end may be a tag, or its beginning. */
function partial(text: string): number {
  const start = text.lastIndexOf("<");
  const end = text.slice(start);
  return start !== -1 && TAGS.some((tag) => tag.startsWith(end)) ? end.length : 0;
}

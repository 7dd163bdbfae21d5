/** Which read from the network a Dify line came of. */
import type { LlmChunk } from "../dify/replies.ts";

export interface Read {
  /** The event's number. */
  readonly n: number;
  /** Microseconds since the call began. */
  readonly at: number;
  readonly bytes: Buffer;
}

/**
 * The plugin writes all lines of one turn of its event loop at once, so that several reads may lie before
 * several lines. A piece of text is found in the read that brought it; anything else came of the last read.
 */
export class Origins {
  /** Since the one that the last line came of. */
  #reads: Read[] = [];
  /** Where the last line's text ends in the first of them: one read may bring several lines. */
  #seen = 0;

  read(read: Read): void {
    this.#reads.push(read);
  }

  of(piece: unknown): Read | undefined {
    const text = textIn(piece);
    const places =
      text === "" ? [] : this.#reads.map(({ bytes }, i) => bytes.indexOf(text, i === 0 ? this.#seen : 0));
    const found = places.findIndex((place) => place !== -1);
    this.#reads = this.#reads.slice(found);
    this.#seen = found === -1 ? 0 : (places[found] ?? 0) + text.length;
    return this.#reads[0];
  }
}

/** As it stands in the server's JSON, quotes and all. */
function textIn(piece: unknown): string {
  const { delta } = Object(piece) as Partial<LlmChunk>;
  const content = delta?.message?.content;
  return typeof content === "string" && content !== "" ? JSON.stringify(content) : "";
}

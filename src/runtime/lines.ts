const NEWLINE = 0x0a;

/**
 * Cuts a byte stream into lines.
 *
 * Bytes are kept in a list and only new bytes are searched, because a line can carry images of many
 * megabytes: joining on every read is quadratic. A line is decoded once it is whole, so that a character
 * may straddle two reads.
 */
export class LineBuffer {
  #pieces: Buffer[] = [];

  /** Takes the next bytes and returns the lines they complete, without line ends and empty lines. */
  push(bytes: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start);
      if (end === -1) break;
      this.#pieces.push(bytes.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    if (start < bytes.length) this.#pieces.push(bytes.subarray(start));
    return lines.filter((line) => line !== "");
  }

  /** The unfinished line, at the end of the stream. */
  rest(): string {
    return this.#take();
  }

  #take(): string {
    const [first, ...more] = this.#pieces;
    this.#pieces = [];
    if (first === undefined) return "";
    const line = more.length === 0 ? first : Buffer.concat([first, ...more]);
    return line.toString("utf8").replace(/\r$/, "");
  }
}

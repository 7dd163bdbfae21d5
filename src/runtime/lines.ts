const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The bytes of a line, in the pieces they came in. */
export type Line = readonly Buffer[];

/**
 * Cuts a byte stream into lines.
 *
 * Bytes are kept in a list and only new bytes are searched, because a line can carry images of many
 * megabytes: joining on every read is quadratic, and joining at all takes longer than reading. A character
 * may straddle two pieces.
 */
export class LineBuffer {
  #pieces: Buffer[] = [];

  /** Takes the next bytes and returns the lines they complete, without line ends and empty lines. */
  push(bytes: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, start);
      if (end === -1) break;
      if (end > start) this.#pieces.push(bytes.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    if (start < bytes.length) this.#pieces.push(bytes.subarray(start));
    return lines.filter((line) => line.length > 0);
  }

  /** The unfinished line, at the end of the stream; of no piece when there is none. */
  rest(): Line {
    return this.#take();
  }

  #take(): Line {
    const line = this.#pieces;
    this.#pieces = [];
    const last = line.at(-1);
    if (last?.at(-1) !== CARRIAGE_RETURN) return line;
    const before = line.slice(0, -1);
    return last.length > 1 ? [...before, last.subarray(0, -1)] : before;
  }
}

export function byteLength(line: Line): number {
  return line.reduce((sum, { length }) => sum + length, 0);
}

export function lineText(line: Line): string {
  const [first, ...more] = line;
  return (first && more.length === 0 ? first : Buffer.concat(line)).toString("utf8");
}

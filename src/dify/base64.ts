/**
 * A large file in base64, as the bytes it came in. Copying it costs more than all else that is done with a
 * request: whoever sends it on takes the pieces, whoever needs a string gets one.
 */
export class Base64 {
  /** ASCII, without quotation marks and backslashes. */
  readonly pieces: readonly Buffer[];

  constructor(pieces: readonly Buffer[]) {
    this.pieces = pieces;
  }

  toString(): string {
    return Buffer.concat(this.pieces).toString("latin1");
  }

  toJSON(): string {
    return this.toString();
  }
}

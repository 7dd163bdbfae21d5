/** The vectors of one call on their way into one line for Dify. */
import { DifyError } from "../../src/dify/errors.ts";
import { MAX_LINE_BYTES } from "../../src/dify/limits.ts";
import { vectorsToJson } from "../../src/dify/vector-json.ts";
import { fieldLabel } from "../../provider/field-labels.ts";

/** What stands around the vectors: session, model, usage. */
const ENVELOPE_BYTES = 2_000;
const MAX_VECTORS_BYTES = MAX_LINE_BYTES - ENVELOPE_BYTES;

/** Bytes of a number, comma included: 12.5 to 12.9 on average in vectors of length 1, by their size. */
const BYTES_PER_NUMBER = 13.3;

/** A first batch tells the size of all to this much. */
const TOLERANCE = 1.03;

/** As many vectors of a size as surely fit into one line. */
export function vectorsThatFit(size: number): number {
  return Math.max(1, Math.floor(MAX_VECTORS_BYTES / (size * BYTES_PER_NUMBER)));
}

/** Collects vectors, and refuses as soon as they cannot fit or do not go together. */
export class VectorReply {
  readonly #total: number;
  readonly #dimensions: number | undefined;
  readonly #parts: Buffer[] = [];
  #bytes = 0;
  #count = 0;
  #size: number | undefined;

  /** @param total vectors to come @param dimensions the size they must have, if any */
  constructor(total: number, dimensions: number | undefined) {
    this.#total = total;
    this.#dimensions = dimensions;
  }

  /** Numbers in a vector; undefined before the first. */
  get size(): number | undefined {
    return this.#size;
  }

  /** Bytes a vector takes on average; undefined before the first. */
  get bytesEach(): number | undefined {
    return this.#count > 0 ? this.#bytes / this.#count : undefined;
  }

  /** @throws DifyError InvokeBadRequestError */
  add(vectors: readonly Float32Array[]): void {
    for (const { length } of vectors) this.#checkSize(length);
    const json = vectorsToJson(vectors);
    this.#parts.push(json);
    this.#bytes += json.length + 1;
    this.#count += vectors.length;
    const tolerance = this.#count < this.#total ? TOLERANCE : 1;
    const each = this.#bytes / this.#count;
    if (each * this.#total > MAX_VECTORS_BYTES * tolerance) {
      throw tooMany(this.#total, Math.min(this.#total - 1, Math.floor(MAX_VECTORS_BYTES / each)));
    }
  }

  /** In pieces. */
  json(): Buffer[] {
    const separated = this.#parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(","), part]));
    return [Buffer.from("["), ...separated, Buffer.from("]")];
  }

  #checkSize(size: number): void {
    if (this.#dimensions !== undefined && size !== this.#dimensions) {
      throw new DifyError(
        "InvokeBadRequestError",
        `The server gave vectors of ${size} numbers, ${fieldLabel("dimensions")} asks for ${this.#dimensions}: the model does not offer that; leave the field empty or enter ${size}.`,
      );
    }
    this.#size ??= size;
    if (size === this.#size) return;
    throw new DifyError(
      "InvokeBadRequestError",
      `The server gave vectors of different sizes, ${this.#size} and ${size} numbers: they cannot be compared. Check the model at the server.`,
    );
  }
}

/**
 * Before the server is asked for what could not be told.
 *
 * @param bytesEach what a vector of this model took before
 * @throws DifyError InvokeBadRequestError
 */
export function refuseTooMany(total: number, bytesEach: number): void {
  if (total * bytesEach > MAX_VECTORS_BYTES * TOLERANCE) {
    throw tooMany(total, Math.floor(MAX_VECTORS_BYTES / bytesEach));
  }
}

function tooMany(total: number, fit: number): DifyError {
  const remedy =
    fit > 0 ? `set ${fieldLabel("max_chunks")} to ${fit} or less` : `set ${fieldLabel("dimensions")} lower`;
  return new DifyError(
    "InvokeBadRequestError",
    `The vectors of ${total} texts do not fit into one reply to Dify (${MAX_LINE_BYTES} bytes): ${remedy}.`,
  );
}

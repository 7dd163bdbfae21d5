/** One part of a longer recording: takes the bytes of a server, gives those that belong into the whole. */
export interface AudioPart {
  write(bytes: Buffer): Buffer;
  /** What was still held back. */
  end(): Buffer;
}

export const NOTHING: Buffer = Buffer.alloc(0);

/** The part is no such file as it seemed, or its sound is of another kind than that before it. */
export class BadAudio extends Error {
  override readonly name = "BadAudio";
}

/** A part that needs no change: AAC frames, raw samples. */
export const asIs: AudioPart = { write: (bytes) => bytes, end: () => NOTHING };

/** One part of a longer recording: takes the bytes of a server, gives those that belong into the whole. */
export interface AudioPart {
  write(bytes: Buffer): Buffer;
  /** What was still held back. */
  end(): Buffer;
}

export const NOTHING: Buffer = Buffer.alloc(0);

/** A part that needs no change: AAC frames, Ogg streams (which may be chained), raw samples. */
export const asIs: AudioPart = { write: (bytes) => bytes, end: () => NOTHING };

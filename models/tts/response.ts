/** From a server's audio to Dify's pieces. */
import type { Sink } from "../../src/dify/models.ts";
import type { SpeechChunk } from "../../src/dify/replies.ts";

/** Hex doubles the size; the daemon's limit for one line is far above this. */
const MAX_PIECE_BYTES = 64 * 1024;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  wav: "audio/wav",
  opus: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
};

/** The server's own type when it names an audio type, else that of the format asked for. */
export function mediaType(contentType: string, format: string): string {
  const [type = ""] = contentType.split(";");
  return type.startsWith("audio/") ? type : (MEDIA_TYPES[format] ?? "audio/mpeg");
}

/** Turns bytes into pieces of hex, as they come. */
export class SpeechWriter {
  readonly #sink: Sink<SpeechChunk>;
  readonly #type: string;
  readonly #onWritten: (bytes: number) => void;

  constructor(sink: Sink<SpeechChunk>, type: string, onWritten: (bytes: number) => void) {
    this.#onWritten = onWritten;
    this.#sink = sink;
    this.#type = type;
  }

  write(audio: Buffer): boolean {
    this.#onWritten(audio.length);
    let ready = true;
    for (let start = 0; start < audio.length; start += MAX_PIECE_BYTES) {
      const piece = audio.subarray(start, start + MAX_PIECE_BYTES);
      ready = this.#sink.write({ result: piece.toString("hex"), mime_type: this.#type });
    }
    return ready;
  }

  drained(): Promise<void> {
    return this.#sink.drained();
  }
}

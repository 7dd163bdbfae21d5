/** From a server's audio to Dify's pieces. */
import type { Sink } from "../../src/dify/models.ts";
import type { SpeechChunk } from "../../src/dify/replies.ts";
import type { Consumer } from "../../src/endpoint/answer.ts";
import { audioFormat } from "./audio/format.ts";
import type { AudioPart } from "./audio/part.ts";

/** Hex doubles the size; the daemon's limit for one line is far above this. */
const MAX_PIECE_BYTES = 64 * 1024;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  mp3: "audio/mpeg",
  wav: "audio/wav",
  opus: "audio/ogg",
  ogg: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
  mp4: "audio/mp4",
  webm: "audio/webm",
};

/**
 * What the bytes are, else what the server says they are, else the format asked for.
 *
 * @param head how the audio begins
 */
export function mediaType(head: Buffer, contentType: string, format: string): string {
  const [type = ""] = contentType.split(";");
  const named = type.startsWith("audio/") ? type : (MEDIA_TYPES[format] ?? "audio/mpeg");
  return MEDIA_TYPES[audioFormat(head)] ?? named;
}

export interface PartOptions {
  sink: Sink<SpeechChunk>;
  part: AudioPart;
  /** Names what the audio is, by its first bytes. */
  typeOf: (head: Buffer) => string;
}

/** Takes one server's answer, as bytes, and hands what belongs into the whole on as pieces of hex. */
export class SpeechWriter implements Consumer<Buffer> {
  readonly #options: PartOptions;
  #type: string | undefined;
  #failure: unknown;

  constructor(options: PartOptions) {
    this.#options = options;
  }

  /** Whether anything was handed on. */
  get begun(): boolean {
    return this.#type !== undefined;
  }

  write(audio: Buffer): boolean {
    if (this.#failure !== undefined) return true;
    try {
      return this.#pass(this.#options.part.write(audio));
    } catch (error) {
      // Not here: to the reader of the answer it would be a connection that broke.
      this.#failure = error;
      return true;
    }
  }

  finished(): boolean {
    return this.#failure !== undefined;
  }

  drained(): Promise<void> {
    return this.#options.sink.drained();
  }

  /** Ends the part. @throws what made it impossible to use */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure;
    this.#pass(this.#options.part.end());
  }

  #pass(audio: Buffer): boolean {
    let ready = true;
    for (let start = 0; start < audio.length; start += MAX_PIECE_BYTES) {
      const piece = audio.subarray(start, start + MAX_PIECE_BYTES);
      this.#type ??= this.#options.typeOf(piece);
      ready = this.#options.sink.write({ result: piece.toString("hex"), mime_type: this.#type });
    }
    return ready;
  }
}

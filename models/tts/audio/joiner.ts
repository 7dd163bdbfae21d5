/** Makes one recording of several, each of which a server sent as a file of its own. */
import { audioFormat, FORMAT_BYTES, type AudioFormat } from "./format.ts";
import { mp3Part } from "./mp3.ts";
import { oggPart, OggStream } from "./ogg.ts";
import { asIs, BadAudio, NOTHING, type AudioPart } from "./part.ts";
import { wavPart } from "./wav.ts";

/** These files cannot follow one another in one stream. */
export class CannotJoin extends Error {
  override readonly name = "CannotJoin";
  readonly format: AudioFormat;

  constructor(format: AudioFormat, options?: ErrorOptions) {
    super(`${format} files cannot be joined`, options);
    this.format = format;
  }
}

/** Their header says how much follows, or what comes where. */
export const UNJOINABLE: ReadonlySet<string> = new Set<AudioFormat>(["flac", "mp4", "webm"]);

export class AudioJoiner {
  #format: AudioFormat | undefined;
  #wavFormat: Buffer | undefined;
  readonly #ogg = new OggStream();

  /** What the parts are, as soon as the first one has begun. */
  get format(): AudioFormat | undefined {
    return this.#format;
  }

  /** Begins the next part, or the same one anew when nothing of it was passed on. Its methods throw `CannotJoin`. */
  begin(): AudioPart {
    let held = NOTHING;
    let part: AudioPart | undefined;
    const open = (): AudioPart => {
      const format = audioFormat(held);
      if (UNJOINABLE.has(format) || (this.#format !== undefined && format !== this.#format)) {
        throw new CannotJoin(format);
      }
      this.#format = format;
      return this.#partOf(format);
    };
    const orCannotJoin = (step: () => Buffer): Buffer => {
      try {
        return step();
      } catch (error) {
        if (!(error instanceof BadAudio)) throw error;
        throw new CannotJoin(audioFormat(held), { cause: error });
      }
    };
    return {
      write: (bytes) =>
        orCannotJoin(() => {
          if (part) return part.write(bytes);
          held = Buffer.concat([held, bytes]);
          if (held.length < FORMAT_BYTES) return NOTHING;
          part = open();
          return part.write(held);
        }),
      end: () =>
        orCannotJoin(() => {
          if (part) return part.end();
          part = open();
          return Buffer.concat([part.write(held), part.end()]);
        }),
    };
  }

  #partOf(format: AudioFormat): AudioPart {
    if (format === "mp3") return mp3Part();
    if (format === "ogg") return oggPart(this.#ogg);
    if (format !== "wav") return asIs;
    return wavPart(this.#wavFormat, (wavFormat) => (this.#wavFormat = wavFormat));
  }
}

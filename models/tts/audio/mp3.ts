/**
 * MP3 without what is true of one file only: tags, and the frame that counts the frames (Xing, Info,
 * VBRI). What is left is frames, which may follow those of another file.
 */
import { NOTHING, type AudioPart } from "./part.ts";

const ID3V1_BYTES = 128;
const ID3V2_HEADER_BYTES = 10;
const FRAME_HEADER_BYTES = 4;

export function mp3Part(): AudioPart {
  let held = NOTHING;
  let skip = 0;
  let inFrames = false;

  /** Takes the tags and the counting frame off the beginning; false while more bytes are needed to tell. */
  function atFrames(): boolean {
    for (;;) {
      const skipped = Math.min(skip, held.length);
      held = held.subarray(skipped);
      skip -= skipped;
      if (skip > 0 || held.length < ID3V2_HEADER_BYTES) return false;
      if (held.toString("latin1", 0, 3) === "ID3") {
        skip = id3v2Length(held);
        continue;
      }
      const length = frameLength(held);
      if (length === undefined) return true;
      if (held.length < length) return false;
      if (!countsFrames(held.subarray(0, length))) return true;
      skip = length;
    }
  }

  return {
    write(bytes) {
      held = Buffer.concat([held, bytes]);
      inFrames ||= atFrames();
      if (!inFrames || held.length <= ID3V1_BYTES) return NOTHING;
      const ready = held.subarray(0, -ID3V1_BYTES);
      held = held.subarray(-ID3V1_BYTES);
      return ready;
    },
    end() {
      if (!inFrames && skip > 0) return NOTHING;
      const tag = held.subarray(-ID3V1_BYTES);
      return tag.length === ID3V1_BYTES && tag.toString("latin1", 0, 3) === "TAG"
        ? held.subarray(0, -ID3V1_BYTES)
        : held;
    },
  };
}

/** Its size is four bytes of seven bits. */
function id3v2Length(tag: Buffer): number {
  const size = [6, 7, 8, 9].reduce((sum, at) => (sum << 7) | ((tag[at] ?? 0) & 0x7f), 0);
  const hasFooter = ((tag[5] ?? 0) & 0x10) !== 0;
  return ID3V2_HEADER_BYTES + size + (hasFooter ? ID3V2_HEADER_BYTES : 0);
}

/** Kilobits per second by index, of MPEG 1 and of MPEG 2 and 2.5, layer III. */
const BITRATES = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/** Bytes of a layer III frame, its header included; undefined when no such frame begins here. */
function frameLength(bytes: Buffer): number | undefined {
  const [sync = 0, kind = 0, rates = 0] = bytes;
  const layer3 = (kind & 0x06) === 0x02;
  if (sync !== 0xff || (kind & 0xe0) !== 0xe0 || !layer3) return undefined;
  const version = (kind >> 3) & 3;
  const bitrate = BITRATES[version === 3 ? "mpeg1" : "mpeg2"][rates >> 4];
  const sampleRate = SAMPLE_RATES[(rates >> 2) & 3];
  if (!bitrate || sampleRate === undefined || version === 1) return undefined;
  const divisor = version === 3 ? 1 : version === 2 ? 2 : 4;
  const samplesPerByte = version === 3 ? 144 : 72;
  const padding = (rates >> 1) & 1;
  return Math.floor((samplesPerByte * bitrate * 1000) / (sampleRate / divisor)) + padding;
}

/** The label stands behind the side information, whose size depends on version and channels. */
function countsFrames(frame: Buffer): boolean {
  const [, kind = 0, , channels = 0] = frame;
  const mpeg1 = ((kind >> 3) & 3) === 3;
  const mono = channels >> 6 === 3;
  const sideInformation = mpeg1 ? (mono ? 17 : 32) : mono ? 9 : 17;
  const checksum = (kind & 1) === 0 ? 2 : 0;
  const label = (at: number): string => frame.toString("latin1", at, at + 4);
  const xing = label(FRAME_HEADER_BYTES + checksum + sideInformation);
  return xing === "Xing" || xing === "Info" || label(FRAME_HEADER_BYTES + 32) === "VBRI";
}

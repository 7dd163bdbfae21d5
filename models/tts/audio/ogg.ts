/**
 * Ogg Opus as one stream. Files may simply follow one another (RFC 3533 calls it chaining), but browsers
 * and ffmpeg stumble over that; so the pages of all parts are numbered and timed as those of one.
 */
import { BadAudio, NOTHING, type AudioPart } from "./part.ts";

const HEADER_BYTES = 27;
const LAST_PAGE = 0x04;
const FIRST_PAGE = 0x02;
const CONTINUED = 0x01;
const NO_TIME = 0xffff_ffff_ffff_ffffn;

/** The stream so far. */
export class OggStream {
  /** Serial number and kind of sound of the first part. */
  opened: { readonly serial: number; readonly kind: string } | undefined;
  pages = 0;
  /** Samples, at 48 kHz as Opus counts. */
  samples = 0n;
}

export function oggPart(stream: OggStream): AudioPart {
  const isFirst = stream.opened === undefined;
  let held = NOTHING;
  let headers = 2;
  let samples = 0n;

  /** The page as it belongs into the whole; nothing for one that the whole has already. */
  function rewrite(page: Buffer): Buffer {
    const body = page.subarray(HEADER_BYTES + (page[26] ?? 0));
    if (headers === 2) {
      // Other sound than Opus cannot share its headers.
      if (body.toString("latin1", 0, 8) !== "OpusHead") throw new BadAudio();
      const kind = `${body[9]} ${body.subarray(18).toString("hex")}`;
      stream.opened ??= { serial: page.readUInt32LE(14), kind };
      if (stream.opened.kind !== kind) throw new BadAudio();
      headers = 1;
    } else if (headers === 1) {
      // The comments may take several pages.
      if (packetStarts(page).ends > 0) headers = 0;
    } else {
      const starts = packetStarts(page).starts.map((start) => packetSamples(body.subarray(start)));
      samples = starts.reduce((sum, one) => sum + one, samples);
      return renumber(page);
    }
    return isFirst ? renumber(page) : NOTHING;
  }

  function renumber(original: Buffer): Buffer {
    const page = Buffer.from(original);
    page[5] = (page[5] ?? 0) & ~LAST_PAGE & (stream.pages === 0 ? 0xff : ~FIRST_PAGE);
    const time = page.readBigUInt64LE(6);
    if (time !== NO_TIME) page.writeBigUInt64LE(time + stream.samples, 6);
    page.writeUInt32LE(stream.opened?.serial ?? 0, 14);
    page.writeUInt32LE(stream.pages, 18);
    stream.pages += 1;
    page.writeUInt32LE(0, 22);
    page.writeUInt32LE(checksum(page), 22);
    return page;
  }

  return {
    write(bytes) {
      held = Buffer.concat([held, bytes]);
      const ready: Buffer[] = [];
      for (;;) {
        const length = pageLength(held);
        if (length === undefined || held.length < length) return Buffer.concat(ready);
        // The comments end with their page, and sound begins a new one (RFC 7845).
        ready.push(rewrite(held.subarray(0, length)));
        held = held.subarray(length);
      }
    },
    end() {
      stream.samples += samples;
      return NOTHING;
    },
  };
}

/** Bytes of the page that begins here; undefined while its header is incomplete. */
function pageLength(bytes: Buffer): number | undefined {
  if (bytes.length >= 4 && bytes.toString("latin1", 0, 4) !== "OggS") throw new BadAudio();
  const segments = bytes[26] ?? 0;
  if (bytes.length < HEADER_BYTES + segments) return undefined;
  const sizes = bytes.subarray(HEADER_BYTES, HEADER_BYTES + segments);
  return HEADER_BYTES + segments + sizes.reduce((sum, size) => sum + size, 0);
}

/** Where in a page's body packets begin, and how many end. A segment of 255 bytes is continued. */
function packetStarts(page: Buffer): { starts: readonly number[]; ends: number } {
  const sizes = page.subarray(HEADER_BYTES, HEADER_BYTES + (page[26] ?? 0));
  const starts: number[] = [];
  let ends = 0;
  let at = 0;
  let inPacket = ((page[5] ?? 0) & CONTINUED) !== 0;
  for (const size of sizes) {
    if (!inPacket && size > 0) starts.push(at);
    inPacket = size === 255;
    if (!inPacket) ends += 1;
    at += size;
  }
  return { starts, ends };
}

/** Samples of a frame at 48 kHz, by the configuration in a packet's first byte (RFC 6716, 3.1). */
const SILK_FRAMES = [480, 960, 1920, 2880];
const HYBRID_FRAMES = [480, 960];
const CELT_FRAMES = [120, 240, 480, 960];

function packetSamples([first = 0, second = 0]: Buffer): bigint {
  const configuration = first >> 3;
  const frames = configuration < 12 ? SILK_FRAMES : configuration < 16 ? HYBRID_FRAMES : CELT_FRAMES;
  const frame = frames[configuration % frames.length] ?? 0;
  const code = first & 3;
  const count = code === 0 ? 1 : code === 3 ? second & 63 : 2;
  return BigInt(frame * count);
}

/** CRC-32 with Ogg's polynomial, from the highest bit down. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ (crc < 0 ? 0x04c1_1db7 : 0);
  return crc >>> 0;
});

function checksum(page: Buffer): number {
  let crc = 0;
  for (const byte of page) crc = (crc << 8) ^ (CRC_TABLE[((crc >>> 24) ^ byte) & 0xff] ?? 0);
  return crc >>> 0;
}

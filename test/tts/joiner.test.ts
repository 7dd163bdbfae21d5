/** Recordings joined to one, however their bytes come. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AudioJoiner, CannotJoin } from "../../models/tts/audio/joiner.ts";

const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 });

/** The bytes in pieces of these sizes, over and over. */
function* pieces(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

function join(files: readonly Buffer[], sizes: readonly number[] = [1000]): Buffer {
  const joiner = new AudioJoiner();
  return Buffer.concat(
    files.flatMap((file) => {
      const part = joiner.begin();
      const written = [...pieces(file, sizes)].map((piece) => Buffer.from(part.write(piece)));
      return [...written, part.end()];
    }),
  );
}

const frame = (header: string, length: number, filler = 0): Buffer =>
  Buffer.concat([Buffer.from(header, "hex"), Buffer.alloc(length - 4, filler)]);

/** MPEG 1, 128 kbit/s at 44.1 kHz; MPEG 2, 64 kbit/s at 24 kHz, one channel. */
const MPEG1 = ["fffb9000", 417, 36] as const;
const MPEG2_MONO = ["fff384c4", 192, 13] as const;

function mp3(
  [header, length, labelAt]: readonly [string, number, number],
  label: string,
  filler: number,
): { file: Buffer; sound: Buffer } {
  const id3v2 = Buffer.concat([Buffer.from("4944330400000000020a", "hex"), Buffer.alloc(266, 0xff)]);
  const counting = frame(header, length);
  counting.write(label, labelAt, "latin1");
  const id3v1 = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125, 1)]);
  const sound = Buffer.concat([frame(header, length, filler), frame(header, length, filler + 1)]);
  return { file: Buffer.concat([id3v2, ...(label === "" ? [] : [counting]), sound, id3v1]), sound };
}

describe("MP3 files become frames", () => {
  const kinds = [
    ["Xing", MPEG1, "Xing"],
    ["Info", MPEG1, "Info"],
    ["VBRI", ["fffb9000", 417, 36], "VBRI"],
    ["Info in MPEG 2 of one channel", MPEG2_MONO, "Info"],
    ["no such frame", MPEG1, ""],
  ] as const;
  test.each(kinds)("with %s", (_name, kind, label) => {
    const [first, second] = [mp3(kind, label, 1), mp3(kind, label, 3)];
    const sound = Buffer.concat([first.sound, second.sound]);
    fc.assert(
      fc.property(cuts, (sizes) => {
        expect(join([first.file, second.file], sizes).equals(sound)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("also when a file holds less than a tag does", () => {
    const short = frame("fffb9000", 20);
    expect(join([short, short])).toEqual(Buffer.concat([short, short]));
  });
});

/** @param size what the header says, in place of the truth */
function wav(
  samples: Buffer,
  { size = samples.length, rate = 24_000, extra = Buffer.alloc(0) } = {},
): Buffer {
  const header = Buffer.from(
    "524946460000000057415645666d74201000000001000100401f0000803e00000200100064617461ffffffff",
    "hex",
  );
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(size, 40);
  return Buffer.concat([header.subarray(0, 36), extra, header.subarray(36), samples]);
}

describe("WAV files become one", () => {
  const list = Buffer.from("4c49535405000000494e464f4100", "hex");
  const samples = [1, 2, 3].map((one) => Buffer.alloc(300, one));
  const whole = wav(Buffer.concat(samples), { size: 0xffff_ffff });
  whole.writeUInt32LE(0xffff_ffff, 4);

  const sizes: [string, (one: Buffer) => Buffer][] = [
    ["with true sizes", (one) => wav(one)],
    ["with a size of zero", (one) => wav(one, { size: 0 })],
    ["with the largest size", (one) => wav(one, { size: 0xffff_ffff })],
    ["with ffmpeg's guess", (one) => wav(one, { size: 0x7fff_ffff })],
    ["with chunks around the samples", (one) => Buffer.concat([wav(one, { extra: list }), list])],
    ["that end within a sample", (one) => wav(Buffer.concat([one, Buffer.alloc(1, 9)]), { size: 0 })],
  ];
  test.each(sizes)("%s", (_name, write) => {
    fc.assert(
      fc.property(cuts, (cut) => {
        expect(join(samples.map(write), cut).equals(whole)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("unless their samples differ in kind", () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = samples;
    expect(() => join([wav(first), wav(second, { rate: 16_000 })])).toThrow(CannotJoin);
  });

  test("unless there are no samples at all", () => {
    expect(() => join([wav(Buffer.alloc(0)).subarray(0, 36)])).toThrow(CannotJoin);
  });
});

/** @param time in samples; for `last`, the flag of a stream's last page */
function oggPage(body: Buffer, { first = false, last = false, serial = 7, page = 0, time = 0 } = {}): Buffer {
  const sizes = [...Array<number>(Math.floor(body.length / 255)).fill(255), body.length % 255];
  const header = Buffer.alloc(27);
  header.write("OggS", 0, "latin1");
  header[5] = (first ? 2 : 0) | (last ? 4 : 0);
  header.writeBigUInt64LE(BigInt(time), 6);
  header.writeUInt32LE(serial, 14);
  header.writeUInt32LE(page, 18);
  header[26] = sizes.length;
  return Buffer.concat([header, Buffer.from(sizes), body]);
}

/** Two pages of one packet each, of 20 ms; the second one is cut to 15 ms. */
function opus(serial: number, filler: number, channels = 1): Buffer {
  const head = Buffer.from(`4f70757348656164010${channels}380180bb00000000 00`.replace(" ", ""), "hex");
  const sound = (size: number): Buffer => Buffer.concat([Buffer.from([0x78]), Buffer.alloc(size, filler)]);
  return Buffer.concat([
    oggPage(head, { first: true, serial }),
    oggPage(Buffer.concat([Buffer.from("OpusTags"), Buffer.alloc(300)]), { serial, page: 1 }),
    oggPage(sound(400), { serial, page: 2, time: 960 }),
    oggPage(sound(20), { serial, page: 3, time: 1680, last: true }),
  ]);
}

function oggPages(
  bytes: Buffer,
): { serial: number; page: number; time: number; flags: number; size: number }[] {
  const pages = [];
  for (let at = 0; at < bytes.length;) {
    const segments = bytes[at + 26] ?? 0;
    const sizes = bytes.subarray(at + 27, at + 27 + segments);
    const size = sizes.reduce((sum, one) => sum + one, 0);
    pages.push({
      serial: bytes.readUInt32LE(at + 14),
      page: bytes.readUInt32LE(at + 18),
      time: Number(bytes.readBigUInt64LE(at + 6)),
      flags: bytes[at + 5] ?? 0,
      size,
    });
    at += 27 + segments + size;
  }
  return pages;
}

describe("Ogg files of Opus become one stream", () => {
  const files = [opus(7, 1), opus(8, 2), opus(9, 3)];

  test("whose pages are numbered and timed on, with one head", () => {
    const whole = join(files);
    const sound = [1, 2, 3].flatMap((part) => [
      { serial: 7, page: 2 * part, time: 1920 * part - 960, flags: 0, size: 401 },
      { serial: 7, page: 2 * part + 1, time: 1920 * part - 240, flags: 0, size: 21 },
    ]);
    expect(oggPages(whole)).toEqual([
      { serial: 7, page: 0, time: 0, flags: 2, size: 19 },
      { serial: 7, page: 1, time: 0, flags: 0, size: 308 },
      ...sound,
    ]);
    fc.assert(
      fc.property(cuts, (sizes) => {
        expect(join(files, sizes).equals(whole)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test("with the checksum of Ogg", () => {
    const [file = Buffer.alloc(0)] = files;
    const first = join([file]).subarray(0, 47);
    const crc = first.readUInt32LE(22);
    first.writeUInt32LE(0, 22);
    expect(crc).toBe(bitwiseCrc(first));
  });

  test("unless they have other channels, or other sound", () => {
    expect(() => join([opus(7, 1), opus(8, 2, 2)])).toThrow(CannotJoin);
    expect(() => join([byMagic("4f676753", 0)])).toThrow(CannotJoin);
  });
});

/** The definition, bit by bit. */
function bitwiseCrc(bytes: Buffer): number {
  let crc = 0n;
  for (const byte of bytes) {
    crc ^= BigInt(byte) << 24n;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc << 1n) & 0x1_ffff_ffffn;
      if (crc > 0xffff_ffffn) crc = (crc ^ 0x04c1_1db7n) & 0xffff_ffffn;
    }
  }
  return Number(crc);
}

const byMagic = (magic: string, filler: number): Buffer =>
  Buffer.concat([Buffer.from(magic, "hex"), Buffer.alloc(50, filler)]);

describe("other files", () => {
  test.each([
    ["AAC", "fff15080"],
    ["unknown samples", "01020304"],
  ])("follow one another as they are: %s", (_name, magic) => {
    const files = [byMagic(magic, 1), byMagic(magic, 2)];
    expect(join(files, [3])).toEqual(Buffer.concat(files));
  });

  test.each([
    ["FLAC", "664c6143"],
    ["MP4", "0000001c66747970"],
    ["WebM", "1a45dfa3"],
  ])("cannot: %s", (_name, magic) => {
    expect(() => join([byMagic(magic, 1)])).toThrow(CannotJoin);
  });

  test("cannot follow those of another format", () => {
    expect(() => join([byMagic("fff15080", 1), byMagic("01020304", 1)])).toThrow(CannotJoin);
  });
});

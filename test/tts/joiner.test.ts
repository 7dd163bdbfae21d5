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

const byMagic = (magic: string, filler: number): Buffer =>
  Buffer.concat([Buffer.from(magic, "hex"), Buffer.alloc(50, filler)]);

describe("other files", () => {
  test.each([
    ["AAC", "fff15080"],
    ["Ogg", "4f676753"],
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
    expect(() => join([byMagic("fff15080", 1), byMagic("4f676753", 1)])).toThrow(CannotJoin);
  });
});

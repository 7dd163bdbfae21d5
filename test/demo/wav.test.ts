import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWav, wavHeader } from "../../src/demo/wav.ts";

function wav(sampleCount: number, comment: string): Buffer {
  return Buffer.concat([wavHeader(sampleCount, comment), Buffer.alloc(sampleCount * 2)]);
}

describe("WAV files", () => {
  it("give back any text and their length", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(1000), (text, sampleCount) => {
        const file = wav(sampleCount, text);
        expect(file.readUInt32LE(4)).toBe(file.length - 8);
        expect(readWav(file)).toEqual({ comment: text, seconds: sampleCount / 16_000 });
      }),
      // What decoders and C strings are known to swallow: a byte order mark, zero bytes.
      {
        examples: [
          ["\u{feff}text", 1],
          ["text\0\0", 2],
        ],
      },
    );
  });

  it("state 16-bit mono PCM at 16 kHz", () => {
    const fmt = wav(1, "x").subarray(12, 36);
    expect(fmt.toString("hex")).toBe(
      Buffer.from("fmt ").toString("hex") +
        "10000000" +
        "0100" +
        "0100" +
        "803e0000" +
        "007d0000" +
        "0200" +
        "1000",
    );
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["an MP3 tag", Buffer.from("ID3\x04\0\0\0\0\0\0\0\0\0\0")],
    ["a RIFF file of another kind", Buffer.from("RIFF\x04\0\0\0AVI ")],
    ["a WAV file cut off before its format", wav(10, "x").subarray(0, 20)],
  ])("are not %s", (_, bytes) => {
    expect(readWav(bytes)).toBeNull();
  });

  it("may be cut short or claim endless data, as streamed ones do", () => {
    const file = wav(100, "still here");
    file.writeUInt32LE(0xffff_ffff, file.length - 204);
    expect(readWav(file.subarray(0, -100))).toEqual({ comment: "still here", seconds: 50 / 16_000 });
  });
});

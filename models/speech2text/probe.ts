const RATE = 16_000;
const SECONDS = 1;

/** A WAV of one second without a sound: the shortest recording every server takes. */
export function silence(): Uint8Array<ArrayBuffer> {
  const size = RATE * SECONDS * 2;
  const wav = Buffer.alloc(44 + size);
  wav.write("RIFF", 0, "latin1");
  wav.writeUInt32LE(36 + size, 4);
  wav.write("WAVEfmt ", 8, "latin1");
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(RATE, 24);
  wav.writeUInt32LE(RATE * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36, "latin1");
  wav.writeUInt32LE(size, 40);
  return new Uint8Array(wav);
}

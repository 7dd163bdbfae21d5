/** WAV as it comes in pieces, and as it is written from a recording: 16-bit PCM. */

export interface WavFormat {
  readonly channels: number;
  readonly sampleRate: number;
  /** Where the samples begin. */
  readonly start: number;
}

/** Undefined while the header is not complete. Throws for a WAV that holds something else than 16-bit PCM. */
export function readWavHeader(bytes: Uint8Array): WavFormat | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let channels = 0;
  let sampleRate = 0;
  // RIFF, size, WAVE; then chunks of a name, a size and a body of even length.
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const size = view.getUint32(at + 4, true);
    if (name === "data") return { channels, sampleRate, start: at + 8 };
    if (name === "fmt ") {
      if (at + 24 > bytes.length) return undefined;
      channels = view.getUint16(at + 10, true);
      sampleRate = view.getUint32(at + 12, true);
      const bits = view.getUint16(at + 22, true);
      if (bits !== 16) throw new Error(`WAV with ${bits} bits a sample`);
    }
    at += 8 + size + (size % 2);
  }
  return undefined;
}

export function isWav(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 4)) === "RIFF";
}

/** Samples of -1 to 1, of the first channel. A half sample at the end is left out. */
export function samplesIn(bytes: Uint8Array, channels: number): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = 2 * channels;
  return Float32Array.from(
    { length: Math.floor(bytes.length / frame) },
    (_, i) => view.getInt16(i * frame, true) / 0x8000,
  );
}

export function writeWav(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, value: string): void => bytes.set(new TextEncoder().encode(value), at);
  text(0, "RIFF");
  view.setUint32(4, bytes.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, samples.length * 2, true);
  for (const [i, sample] of samples.entries()) {
    view.setInt16(44 + i * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 0x7fff), true);
  }
  return bytes;
}

/** The loudest sample of each of `count` equal stretches, 0 to 1. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const stretch = Math.max(1, Math.ceil(samples.length / count));
  return Array.from({ length: Math.ceil(samples.length / stretch) }, (_, i) => {
    let peak = 0;
    for (const sample of samples.subarray(i * stretch, (i + 1) * stretch)) {
      peak = Math.max(peak, Math.abs(sample));
    }
    return peak;
  });
}

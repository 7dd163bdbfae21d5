/**
 * WAV files of 16-bit mono PCM that carry their text in a RIFF LIST/INFO comment (ICMT, UTF-8).
 *
 * A WAV file is "RIFF", a size and "WAVE", then chunks: four letters, a size, that many bytes, and one
 * byte more when the size is odd.
 */

export const sampleRate = 16_000;
const bytesPerSample = 2;

/** Everything before the samples, for which the number of samples must be known beforehand. */
export function wavHeader(sampleCount: number, comment: string): Buffer {
  const dataSize = sampleCount * bytesPerSample;
  // The terminating zero byte is what other programs expect of INFO texts.
  const icmt = chunk("ICMT", Buffer.from(`${comment}\0`));
  const chunks = Buffer.concat([
    chunk("fmt ", format()),
    chunk("LIST", Buffer.concat([Buffer.from("INFO"), icmt])),
  ]);
  const dataStart = chunkStart("data", dataSize);
  const size = 4 + chunks.length + dataStart.length + dataSize;
  return Buffer.concat([chunkStart("RIFF", size), Buffer.from("WAVE"), chunks, dataStart]);
}

export interface WavContents {
  readonly seconds: number;
  /** Null when the file has none. */
  readonly comment: string | null;
}

/** Null when the bytes are no WAV file that states its format. */
export function readWav(bytes: Uint8Array): WavContents | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (ascii(file, 0) !== "RIFF" || ascii(file, 8) !== "WAVE") return null;
  const chunks = readChunks(file.subarray(12));
  const fmt = chunks.find(({ id }) => id === "fmt ")?.body;
  if (!fmt || fmt.length < 16) return null;
  const bytesPerSecond = fmt.readUInt32LE(8);
  const dataSize = chunks.find(({ id }) => id === "data")?.body.length ?? 0;
  const comment = chunks
    .filter(({ id, body }) => id === "LIST" && ascii(body, 0) === "INFO")
    .flatMap(({ body }) => readChunks(body.subarray(4)))
    .find(({ id }) => id === "ICMT");
  return {
    seconds: bytesPerSecond === 0 ? 0 : dataSize / bytesPerSecond,
    comment: comment ? withoutTerminator(comment.body).toString() : null,
  };
}

function format(): Buffer {
  const pcm = Buffer.alloc(16);
  pcm.writeUInt16LE(1, 0); // PCM
  pcm.writeUInt16LE(1, 2); // one channel
  pcm.writeUInt32LE(sampleRate, 4);
  pcm.writeUInt32LE(sampleRate * bytesPerSample, 8);
  pcm.writeUInt16LE(bytesPerSample, 12);
  pcm.writeUInt16LE(bytesPerSample * 8, 14);
  return pcm;
}

function chunkStart(id: string, size: number): Buffer {
  const start = Buffer.alloc(8);
  start.write(id, "latin1");
  start.writeUInt32LE(size, 4);
  return start;
}

function chunk(id: string, body: Buffer): Buffer {
  return Buffer.concat([chunkStart(id, body.length), body, Buffer.alloc(body.length % 2)]);
}

interface Chunk {
  readonly id: string;
  readonly body: Buffer;
}

/** A last chunk that claims more than there is keeps what there is: streamed files often do. */
function readChunks(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = bytes.readUInt32LE(at + 4);
    chunks.push({ id: ascii(bytes, at), body: bytes.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
  }
  return chunks;
}

function ascii(bytes: Buffer, at: number): string {
  return bytes.toString("latin1", at, at + 4);
}

function withoutTerminator(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
}

/**
 * WAV as one header and samples. The header says that the size is unknown, as streamed files do: what
 * follows is not known when it is sent.
 */
import { BadAudio, NOTHING, type AudioPart } from "./part.ts";

const UNKNOWN_SIZE = 0xffff_ffff;

/** Sizes from here on are placeholders of servers that stream: nobody speaks two gigabytes. */
const PLACEHOLDER = 0x7fff_0000;

/** Where a header still has no samples after this much, there are none. */
const MAX_HEADER_BYTES = 1024 * 1024;

/**
 * @param before the format of the parts before, as the chunk `fmt ` tells it; the first part has none
 * @param onFormat gets this part's
 */
export function wavPart(before: Buffer | undefined, onFormat: (format: Buffer) => void): AudioPart {
  let held = NOTHING;
  let left: number | undefined;
  let blockBytes = 1;

  function samples(): Buffer {
    const taken = held.subarray(0, left);
    const whole = taken.subarray(0, taken.length - (taken.length % blockBytes));
    held = held.subarray(whole.length);
    left = (left ?? 0) - whole.length;
    return whole;
  }

  return {
    write(bytes) {
      // Chunks behind the samples are of no use.
      if (left !== undefined && left < blockBytes) return NOTHING;
      held = Buffer.concat([held, bytes]);
      if (left !== undefined) return samples();
      const header = readHeader(held);
      if (!header && held.length > MAX_HEADER_BYTES) throw new BadAudio();
      if (!header) return NOTHING;
      if (before && !before.equals(header.format)) throw new BadAudio();
      onFormat(header.format);
      held = held.subarray(header.length);
      left = header.dataBytes;
      blockBytes = Math.max(1, header.format.readUInt16LE(12));
      return before ? samples() : Buffer.concat([writeHeader(header.format), samples()]);
    },
    end() {
      if (left === undefined) throw new BadAudio();
      return NOTHING;
    },
  };
}

interface Header {
  readonly format: Buffer;
  /** Bytes of samples; infinite when the server did not know. */
  readonly dataBytes: number;
  readonly length: number;
}

/** Undefined while the chunk `data` has not begun. */
function readHeader(bytes: Buffer): Header | undefined {
  let format: Buffer | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = bytes.toString("latin1", at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (id === "data") {
      if (!format) throw new BadAudio();
      const known = size > 0 && size < PLACEHOLDER;
      return { format, dataBytes: known ? size : Number.POSITIVE_INFINITY, length: at + 8 };
    }
    if (body.length < size) return undefined;
    if (id === "fmt " && size >= 16) format = Buffer.from(body);
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function writeHeader(format: Buffer): Buffer {
  const header = Buffer.alloc(20 + format.length + (format.length % 2) + 8);
  header.write("RIFF", 0, "latin1");
  header.writeUInt32LE(UNKNOWN_SIZE, 4);
  header.write("WAVEfmt ", 8, "latin1");
  header.writeUInt32LE(format.length, 16);
  format.copy(header, 20);
  header.write("data", header.length - 8, "latin1");
  header.writeUInt32LE(UNKNOWN_SIZE, header.length - 4);
  return header;
}

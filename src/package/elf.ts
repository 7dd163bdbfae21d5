/** Programs as Linux loads them (ELF, 64 bits, little-endian: x64 and arm64). */

const MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);

/** Where the header says so: of the program headers and of the sections. */
const HEADER = { programs: 32, sections: 40, programSize: 54, programCount: 56, sectionCount: 60 } as const;

/**
 * The program without what only debuggers and linkers read: its symbols and its table of sections, which
 * stand behind all that is loaded. What `strip` does, for any processor and without its tools.
 *
 * @throws Error when it is no such program
 */
export function stripProgram(program: Uint8Array): Uint8Array {
  const bytes = Buffer.from(program);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error("this is no 64-bit Linux program");
  const start = Number(bytes.readBigUInt64LE(HEADER.programs));
  const size = bytes.readUInt16LE(HEADER.programSize);
  const count = bytes.readUInt16LE(HEADER.programCount);
  let end = start + count * size;
  for (let at = start; at < start + count * size; at += size) {
    const offset = bytes.readBigUInt64LE(at + 8);
    const length = bytes.readBigUInt64LE(at + 32);
    end = Math.max(end, Number(offset + length));
  }
  bytes.writeBigUInt64LE(0n, HEADER.sections);
  // The number of sections, and which one holds their names.
  bytes.writeUInt32LE(0, HEADER.sectionCount);
  return bytes.subarray(0, end);
}

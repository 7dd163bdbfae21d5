/** The package as one file, the same bytes for the same content. */
import { createHash } from "node:crypto";
import { unzipSync, zipSync, type Zippable } from "fflate";
import type { PackageFiles } from "./package-files.ts";

/** The earliest time a zip can hold; the real time would change the bytes. */
const ZIP_EPOCH = "1980-01-01T00:00:00";

/** A zip ends with this, twenty more bytes, the length of its comment, and the comment. */
const END = Buffer.from("PK\x05\x06", "latin1");
const END_LENGTH = 22;

/** No entries for directories: they break the daemon's checksum and its extraction. */
export function writeArchive(files: PackageFiles): Uint8Array {
  const entries: Zippable = {};
  for (const [path, bytes] of sorted(files)) {
    entries[path] = [bytes, { level: path.endsWith(".xz") ? 0 : 9, mtime: ZIP_EPOCH }];
  }
  return zipSync(entries);
}

/** In the archive's order. */
export function readArchive(archive: Uint8Array): PackageFiles {
  return new Map(Object.entries(unzipSync(archive)));
}

/** @param archive one without a comment, as `writeArchive` makes it */
export function withComment(archive: Uint8Array, comment: string): Uint8Array {
  const bytes = Buffer.from(comment);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(bytes.length);
  return Buffer.concat([archive.subarray(0, -length.length), length, bytes]);
}

export function readComment(archive: Uint8Array): string {
  const bytes = Buffer.from(archive);
  const end = bytes.lastIndexOf(END);
  return bytes.subarray(end + END_LENGTH).toString("utf8");
}

/** The daemon's checksum: of paths and contents, whatever the archive's own details. */
export function checksum(files: PackageFiles): string {
  const hashes = sorted(files).flatMap(([path, bytes]) => [sha256(Buffer.from(path)), sha256(bytes)]);
  return sha256(Buffer.concat(hashes)).toString("hex");
}

function sorted(files: PackageFiles): [string, Uint8Array][] {
  return [...files].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

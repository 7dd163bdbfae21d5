/** The package as one file, the same bytes for the same content. */
import { createHash } from "node:crypto";
import { unzipSync, zipSync, type Zippable } from "fflate";
import type { PackageFiles } from "./package-files.ts";

/** The earliest time a zip can hold; the real time would change the bytes. */
const ZIP_EPOCH = "1980-01-01T00:00:00";

/** No entries for directories: they break the daemon's checksum and its extraction. */
export function writeArchive(files: PackageFiles): Uint8Array {
  const entries: Zippable = {};
  for (const [path, bytes] of sorted(files)) entries[path] = [bytes, { level: 9, mtime: ZIP_EPOCH }];
  return zipSync(entries);
}

export function readArchive(archive: Uint8Array): PackageFiles {
  return new Map(Object.entries(unzipSync(archive)));
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

import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readArchive } from "./archive.ts";

/** Extracts a package into `folder` as the daemon does: plain files of mode 0644. */
export async function extract(archive: Uint8Array, folder: string): Promise<void> {
  for (const [path, bytes] of readArchive(archive)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, bytes, { mode: 0o644 });
  }
}

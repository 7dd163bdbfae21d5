/** What `npm run debug` reads, in a folder where it may be changed. */
import { cp, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const COPIED = ["src", "models", "provider", "_assets", "manifest.yaml", "package.json", "tsconfig.json"];

export async function copyRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "debug-test-"));
  await Promise.all(COPIED.map((name) => cp(join(root, name), join(folder, name), { recursive: true })));
  await symlink(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

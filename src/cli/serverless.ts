/** `npm run serverless`: writes what the Dockerfile copies. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "../package/bundle.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "dist/serverless");
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const { name, bytes } of await bundle(root)) {
  // oxlint-disable-next-line no-await-in-loop
  await writeFile(join(folder, name), bytes);
}
process.stdout.write("dist/serverless is what the Dockerfile copies: docker build -t openai-compatible .\n");

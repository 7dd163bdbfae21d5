/**
 * Packs the plugin once for all tests and extracts it as the daemon does; tests ask for its folder with
 * `inject("packageFolder")`.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { extract } from "../src/package/extract.ts";
import { pack } from "../src/package/pack.ts";

declare module "vitest" {
  interface ProvidedContext {
    packageFolder: string;
    packageFile: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { file } = await pack(join(import.meta.dirname, ".."));
  const folder = await mkdtemp(join(tmpdir(), "dify-plugin-test-"));
  await extract(await readFile(file), folder);
  project.provide("packageFolder", folder);
  project.provide("packageFile", file);
  return () => rm(folder, { recursive: true, force: true });
}

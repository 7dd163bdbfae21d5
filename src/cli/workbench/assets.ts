import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buildPackage } from "../../package/pack.ts";
import { bundlePage } from "../../workbench/bundle-page.ts";
import type { WorkbenchAssets } from "../../workbench/workbench.ts";

/** Builds the page and the plugin's package. In the npm package `published-assets.ts` stands in its place. */
export async function loadAssets(): Promise<WorkbenchAssets> {
  const root = join(import.meta.dirname, "../../..");
  const [page, { archive }, tap] = await Promise.all([
    bundlePage(root),
    buildPackage(root),
    readFile(join(root, "src/workbench/wire-tap.cjs")),
  ]);
  return { page, plugin: archive, tap };
}

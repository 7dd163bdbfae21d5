/** The page as three files that need nothing beside them, and nothing from elsewhere. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

/** Name → bytes: `index.html`, `page.js`, `page.css`, `icon.svg`. @param root the repository */
export async function bundlePage(root: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const folder = join(root, "src/workbench/page");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { page: join(folder, "main.tsx"), style: join(folder, "page.css") },
    outdir: "dist/workbench",
    entryNames: "[name]",
    bundle: true,
    write: false,
    platform: "browser",
    format: "esm",
    target: ["es2022", "chrome120", "firefox120", "safari17"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  const bundled = outputFiles.map(({ path, contents }): [string, Uint8Array] => [
    basename(path).replace("style.css", "page.css"),
    contents,
  ]);
  return new Map([
    ...bundled,
    ["index.html", await readFile(join(folder, "index.html"))],
    ["icon.svg", await readFile(join(root, "_assets/icon.svg"))],
  ]);
}

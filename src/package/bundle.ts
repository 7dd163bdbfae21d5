import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type BuildOptions } from "esbuild";

export interface BundledFile {
  /** File name without folder. */
  name: string;
  bytes: Uint8Array;
}

/**
 * Bundles the plugin into CommonJS files that need nothing beside them: the plugin itself, and the
 * thread that counts tokens, whose tables would slow every start down.
 *
 * @param root the repository
 */
export async function bundle(root: string): Promise<BundledFile[]> {
  const bundles = await Promise.all([
    bundleEntry(root, "plugin", "src/main.ts", { sourcemap: "linked", sourcesContent: false }),
    bundleEntry(root, "token-worker", "src/tokens/token-worker.ts", {}),
  ]);
  return bundles.flat();
}

async function bundleEntry(
  root: string,
  name: string,
  entry: string,
  options: BuildOptions,
): Promise<BundledFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { [name]: entry },
    outdir: "dist",
    outExtension: { ".js": ".cjs" },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node22",
    minify: true,
    define: { "import.meta.dirname": "__dirname" },
    logLevel: "warning",
    ...options,
  });
  return (outputFiles ?? []).map(({ path, contents }) => ({ name: basename(path), bytes: contents }));
}

/** Writes `dist/check.js`, the `check` command in one file, with the token counter's thread beside it. */
export async function bundleCheck(root: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { check: "src/cli/check.ts" },
    outdir: "dist",
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    // CommonJS packages within want it.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    minifySyntax: true,
    logLevel: "warning",
  });
  const [worker] = await bundleEntry(root, "token-worker", "src/tokens/token-worker.ts", {});
  if (worker) await writeFile(join(root, "dist", worker.name), worker.bytes);
}

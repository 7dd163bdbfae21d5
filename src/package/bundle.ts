import { basename } from "node:path";
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

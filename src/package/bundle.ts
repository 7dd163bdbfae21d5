import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";

export interface BundledFile {
  /** File name without folder. */
  name: string;
  bytes: Uint8Array;
}

/**
 * Bundles the plugin into CommonJS files that need nothing beside them: `plugin`, which greets the daemon;
 * `models`, all that it imports later on, which takes far longer to load; and the thread that counts tokens,
 * whose tables would slow every start down.
 *
 * @param root the repository
 */
export async function bundle(root: string): Promise<BundledFile[]> {
  const mapped = { sourcemap: "linked", sourcesContent: false } as const;
  const later = [
    'export * from "./src/plugin.ts";',
    'export * from "./src/runtime/dispatcher.ts";',
    // Few need these, and they need more.
    'export const runHttp = async (...all) => (await import("./src/runtime/http.ts")).runHttp(...all);',
    'export const runTcp = async (...all) => (await import("./src/runtime/tcp.ts")).runTcp(...all);',
  ];
  const bundles = await Promise.all([
    bundleEntry(root, "plugin", {
      ...mapped,
      entryPoints: ["src/main.ts"],
      // As `require`: Node's loader of modules is slower, and takes 3 MB.
      supported: { "dynamic-import": false },
      plugins: [fromAnotherFile("./models.cjs")],
    }),
    bundleEntry(root, "models", {
      ...mapped,
      stdin: { contents: later.join("\n"), resolveDir: root },
      plugins: [undiciParts],
    }),
    bundleEntry(root, "token-worker", { entryPoints: ["src/tokens/token-worker.ts"] }),
  ]);
  return bundles.flat();
}

/** What is imported later on stands in a bundle of its own. */
function fromAnotherFile(path: string): Plugin {
  return {
    name: "from-another-file",
    setup(bundling) {
      bundling.onResolve({ filter: /^\./ }, ({ kind }) =>
        kind === "dynamic-import" ? { path, external: true } : undefined,
      );
    },
  };
}

/** Puts the parts that are used in the place of a library that takes long to load as a whole. */
const undiciParts: Plugin = {
  name: "undici-parts",
  setup(bundling) {
    bundling.onResolve({ filter: /^undici$/ }, () => ({
      path: join(import.meta.dirname, "undici-parts.cjs"),
    }));
    // HTTP/2 is never asked for, and takes 5 MB.
    bundling.onLoad({ filter: /undici.lib.dispatcher.client-h2\.js$/ }, () => ({ contents: "" }));
  },
};

async function bundleEntry(root: string, name: string, options: BuildOptions): Promise<BundledFile[]> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    outfile: `dist/${name}.cjs`,
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

/** Writes `dist/commands`: the commands that need no repository, with the token counter's thread beside them. */
export async function bundleCommands(root: string): Promise<void> {
  const folder = join(root, "dist/commands");
  await rm(folder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["src/cli/command.ts"],
    outdir: folder,
    bundle: true,
    // A command loads its own code only.
    splitting: true,
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
  const [worker] = await bundleEntry(root, "token-worker", { entryPoints: ["src/tokens/token-worker.ts"] });
  if (worker) await writeFile(join(folder, worker.name), worker.bytes);
}

import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build, type BuildOptions, type ImportKind, type Plugin } from "esbuild";

export interface BundledFile {
  /** File name without folder. */
  name: string;
  bytes: Uint8Array;
}

/**
 * Bundles the plugin into CommonJS files that need nothing beside them: `plugin`, which greets the daemon;
 * `models`, all that it imports later on, which takes far longer to load; `lambda`, another entry to these;
 * each library that few calls need; and the thread that counts tokens, whose tables would slow every start
 * down.
 *
 * @param root the repository
 */
export async function bundle(root: string): Promise<BundledFile[]> {
  const own = {
    sourcemap: "linked",
    sourcesContent: false,
    // What is imported later on is required: Node's loader of modules is slower, and takes 3 MB.
    supported: { "dynamic-import": false },
  } as const;
  const later = [
    'export * from "./src/plugin.ts";',
    'export * from "./src/runtime/dispatcher.ts";',
    'export * from "./src/runtime/lambda.ts";',
    'export * from "./src/runtime/log.ts";',
    // Few need these.
    'export const runHttp = async (...all) => (await import("./src/runtime/http.ts")).runHttp(...all);',
    'export const runTcp = async (...all) => (await import("./src/runtime/tcp.ts")).runTcp(...all);',
  ];
  const onDemand = new Set<string>();
  const bundles = await Promise.all([
    bundleEntry(root, "plugin", {
      ...own,
      entryPoints: ["src/main.ts"],
      plugins: [fromAnotherFile("./models.cjs", "dynamic-import")],
    }),
    bundleEntry(root, "lambda", {
      ...own,
      entryPoints: ["src/lambda.ts"],
      plugins: [fromAnotherFile("./models.cjs", "import-statement")],
    }),
    bundleEntry(root, "models", {
      ...own,
      stdin: { contents: later.join("\n"), resolveDir: root },
      plugins: [undiciParts, apart(onDemand), ascii],
    }),
    bundleTokenWorker(root),
  ]);
  const libraries = await Promise.all([...onDemand].toSorted().map((name) => bundleLibrary(root, name)));
  return [...bundles, ...libraries].flat();
}

/** Leaves libraries that are imported while the plugin runs to bundles of their own, and notes their names. */
function apart(names: Set<string>): Plugin {
  return {
    name: "apart",
    setup(bundling) {
      bundling.onResolve({ filter: /^[a-z][\w-]*$/ }, ({ path, kind }) => {
        if (kind !== "dynamic-import") return undefined;
        names.add(path);
        return { path: `./${path}.cjs`, external: true };
      });
    },
  };
}

function bundleTokenWorker(root: string): Promise<BundledFile[]> {
  return bundleEntry(root, "token-worker", { entryPoints: ["src/tokens/token-worker.ts"] });
}

function bundleLibrary(root: string, name: string): Promise<BundledFile[]> {
  return bundleEntry(root, name, {
    stdin: { contents: `module.exports = require("${name}");`, resolveDir: root },
  });
}

/** What is imported in this way stands in a bundle of its own. */
function fromAnotherFile(path: string, way: ImportKind): Plugin {
  return {
    name: "from-another-file",
    setup(bundling) {
      bundling.onResolve({ filter: /^\./ }, ({ kind }) =>
        kind === way ? { path, external: true } : undefined,
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
    // HTTP/2 is never asked for, and takes 5 MB. Milo is a parser to come.
    bundling.onLoad({ filter: /undici.lib.(?:dispatcher.client-h2|milo.[\w-]+)\.js$/ }, () => ({
      contents: "",
    }));
  },
};

/**
 * One character in Chinese makes of a whole file a text of two bytes a character, which Node keeps in memory.
 * esbuild escapes those in strings, but not those in regular expressions.
 */
const ascii: Plugin = {
  name: "ascii",
  setup(bundling) {
    bundling.onLoad({ filter: /\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(/[^\0-\x7f]/g, escaped),
      loader: "ts",
    }));
  },
};

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

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

/** What the repository builds when it is needed is read in the npm package, which cannot build. */
const builtBefore: Plugin = {
  name: "built-before",
  setup(bundling) {
    bundling.onResolve({ filter: /^\.\/assets\.ts$/ }, ({ resolveDir }) => ({
      path: join(resolveDir, "published-assets.ts"),
    }));
  },
};

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
      js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
    },
    minifySyntax: true,
    logLevel: "warning",
    plugins: [builtBefore],
  });
  const [worker] = await bundleTokenWorker(root);
  if (worker) await writeFile(join(folder, worker.name), worker.bytes);
}

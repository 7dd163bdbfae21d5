import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { ModelProvider } from "../dify/models.ts";

interface PluginModule {
  createPlugin(folder: string, log: (message: string) => void): ModelProvider;
}

/** Builds the plugin from its source as often as it changes, and loads what it built. */
export class PluginBuilder {
  readonly #root: string;
  readonly #folder: string;
  #count = 0;

  private constructor(root: string, folder: string) {
    this.#root = root;
    this.#folder = folder;
  }

  /** @param root the repository */
  static async create(root: string): Promise<PluginBuilder> {
    return new PluginBuilder(root, await mkdtemp(join(tmpdir(), "dify-debug-")));
  }

  /** @throws Error when the source does not build */
  async build(log: (message: string) => void): Promise<ModelProvider> {
    // Node loads a file once; a new name makes it load again.
    this.#count += 1;
    const folder = join(this.#folder, String(this.#count));
    await build({
      absWorkingDir: this.#root,
      entryPoints: { plugin: "src/plugin.ts", "token-worker": "src/tokens/token-worker.ts" },
      outdir: folder,
      outExtension: { ".js": ".cjs" },
      bundle: true,
      platform: "node",
      format: "cjs",
      sourcemap: "inline",
      logLevel: "silent",
    });
    const loaded = (await import(pathToFileURL(join(folder, "plugin.cjs")).href)) as PluginModule;
    return loaded.createPlugin(folder, log);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

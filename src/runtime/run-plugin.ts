import type { ModelProvider } from "../dify/models.ts";
import { runStdio } from "./stdio.ts";

export interface PluginOptions {
  /** The folder of `manifest.yaml`; read for remote debugging only. */
  folder: string;
  /** Called once, after the daemon knows that the plugin lives. */
  load: () => Promise<ModelProvider>;
}

/**
 * Runs a plugin the way `INSTALL_METHOD` says, which is how Dify's own SDK is told: `local`, on stdin and
 * stdout, when it is not set; `remote`, for the daemon's debug port; `serverless`, as an HTTP server.
 * Resolves when the plugin is to end.
 */
export async function runPlugin({ folder, load }: PluginOptions): Promise<void> {
  const method = process.env["INSTALL_METHOD"] || "local";
  switch (method) {
    case "local":
      return runStdio(load);
    case "serverless": {
      const { runHttp } = await import("./http.ts");
      return runHttp(load);
    }
    case "remote": {
      const { runTcp } = await import("./tcp.ts");
      return runTcp({ folder, load });
    }
    default:
      throw new Error(`INSTALL_METHOD is local, remote or serverless, not "${method}".`);
  }
}

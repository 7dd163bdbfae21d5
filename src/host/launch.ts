import { PluginProcess, type PluginObserver } from "./plugin-process.ts";

/** Variables of this machine that a daemon would not hand on, and that change how Node behaves. */
const WITHHELD = ["NODE_OPTIONS", "NODE_COMPILE_CACHE"];

/**
 * Starts an extracted package as the daemon does: `python -m main` in its folder.
 *
 * @param node the Node to run it, in place of the one from the package's requirements
 */
export function launchPackage(folder: string, node: string, observer?: PluginObserver): PluginProcess {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !WITHHELD.includes(name)));
  return new PluginProcess(
    {
      command: process.env["PYTHON"] ?? "python3",
      args: ["-m", "main"],
      cwd: folder,
      env: { ...env, INSTALL_METHOD: "local", DIFY_PLUGIN_NODE: node },
    },
    observer,
  );
}

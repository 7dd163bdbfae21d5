import { PluginProcess, type PluginObserver } from "./plugin-process.ts";

export interface LaunchOptions extends PluginObserver {
  /** The Node to run it, in place of the one from the package's requirements. */
  node: string;
  /** Variables besides this process's own. */
  env?: Readonly<Record<string, string>>;
}

/** Variables of this machine that a daemon would not hand on, and that change how Node behaves. */
const WITHHELD = ["NODE_OPTIONS", "NODE_COMPILE_CACHE"];

/** Starts an extracted package as the daemon does: `python -m main` in its folder. */
export function launchPackage(folder: string, { node, env, ...observer }: LaunchOptions): PluginProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !WITHHELD.includes(name)),
  );
  return new PluginProcess(
    {
      command: process.env["PYTHON"] ?? "python3",
      args: ["-m", "main"],
      cwd: folder,
      env: { ...inherited, ...env, INSTALL_METHOD: "local", DIFY_PLUGIN_NODE: node },
    },
    observer,
  );
}

/** The plugin as each kind of daemon starts it. */
import { join } from "node:path";
import { inject } from "vitest";
import { StandInDebugPort } from "../stand-in-daemon/debug-port.ts";
import type { PluginCommand } from "../stand-in-daemon/plugin-command.ts";
import { StandInServerless } from "../stand-in-daemon/serverless-caller.ts";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";

const root = join(import.meta.dirname, "../..");

/** The package, through its launcher. */
function packaged(env: Record<string, string>): PluginCommand {
  return {
    command: process.env["PYTHON"] ?? "python3",
    args: ["-m", "main"],
    cwd: inject("packageFolder"),
    env: { ...env, DIFY_PLUGIN_NODE: process.execPath },
  };
}

/** `npm run debug`, from the source. */
function debugged(env: Record<string, string>): PluginCommand {
  return { command: process.execPath, args: [join(root, "src/cli/debug.ts")], cwd: root, env };
}

/** The package as a function of AWS Lambda. */
function functionUrl(env: Record<string, string>, seconds = 900): PluginCommand {
  return {
    command: process.execPath,
    args: [
      join(root, "test/stand-in-daemon/function-url.ts"),
      inject("packageFolder"),
      "dist/lambda.handler",
    ],
    cwd: root,
    env: { ...env, FUNCTION_TIMEOUT: String(seconds) },
  };
}

export const launchers = {
  stdio: () => StandInDaemon.launch(inject("packageFolder")),
  tcp: (key?: string) => StandInDebugPort.launch(debugged, key),
  /** The package itself can register as well, without what a developer needs besides. */
  tcpPackaged: () => StandInDebugPort.launch(packaged),
  http: (instances?: number) => StandInServerless.launch(packaged, instances),
  /** @param seconds after which Lambda cuts a request off */
  lambda: (seconds?: number) => StandInServerless.launch((env) => functionUrl(env, seconds)),
};

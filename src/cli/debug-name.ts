/** Whether the name that `npm run debug` registers under is free. */
import { sourceOfPlugin } from "../import/installed-plugin.ts";
import { readConsoleAccess, type Environment } from "../import/login.ts";

/** The daemon would remove the plugin that has the name when the connection ends. */
export class NameTaken extends Error {
  override readonly name = "NameTaken";
  readonly pluginId: string;
  /** How that plugin came into the workspace; `remote` is another debug connection. */
  readonly source: string;

  constructor(pluginId: string, source: string) {
    const remedy =
      source === "remote"
        ? "over another debug connection: end that first, or remove the plugin if it was left behind"
        : "and would be removed when this connection ends: remove it first";
    super(`${pluginId} is in the workspace, ${remedy}.`);
    this.pluginId = pluginId;
    this.source = source;
  }
}

/**
 * The daemon takes any name in silence. Dify's console tells, to who has a login.
 *
 * @returns whether it could be asked
 * @throws NameTaken, UsageError or ConsoleError
 */
export async function assertNameIsFree(pluginId: string, env: Environment): Promise<boolean> {
  if (!env["DIFY_URL"]) return false;
  const source = await sourceOfPlugin(readConsoleAccess(env), pluginId);
  if (source !== undefined) throw new NameTaken(pluginId, source);
  return true;
}

import * as z from "zod";
import { DifyConsole } from "./console.ts";
import { ConsoleError } from "./console-error.ts";
import type { ConsoleAccess } from "./login.ts";

const installations = z.object({ plugins: z.array(z.object({ source: z.string() })) });

/**
 * How a plugin came into the workspace, such as `package`, or `remote` over a debug connection; undefined when
 * it is not there.
 *
 * @param pluginId `author/name`
 * @throws ConsoleError
 */
export async function sourceOfPlugin(
  { url, ...login }: ConsoleAccess,
  pluginId: string,
): Promise<string | undefined> {
  const dify = new DifyConsole(url, login);
  await dify.logIn();
  const path = "/workspaces/current/plugin/list/installations/ids";
  const { success, data } = installations.safeParse(await dify.post(path, { plugin_ids: [pluginId] }));
  if (success) return data.plugins[0]?.source;
  throw new ConsoleError("too-old", {
    address: dify.address,
    words: dify.version || "of an unknown version",
  });
}

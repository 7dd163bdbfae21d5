/** `npm run package`: writes the package that is uploaded to Dify. */
import { readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { fetchNode, packNode, PLATFORMS } from "../package/node-runtime.ts";
import { pack } from "../package/pack.ts";
import { PackingError } from "../package/package-files.ts";
import { readPrivateKey } from "../package/sign.ts";
import { runCommand } from "./run-command.ts";

const USAGE = `Usage: npm run package [-- OPTIONS]

  --offline PLATFORM  bring Node along, for a daemon without a package index: ${PLATFORMS.join(" or ")}
  --sign KEY.pem      sign with this private key; npm run keys makes one
`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { offline: { type: "string" }, sign: { type: "string" } } });
  const platform = PLATFORMS.find((known) => known === values.offline);
  if (values.offline !== undefined && !platform)
    throw new PackingError(`unknown platform ${values.offline}\n\n${USAGE}`);
  const root = join(import.meta.dirname, "../..");
  const signingKey =
    values.sign === undefined ? undefined : readPrivateKey(await readFile(values.sign, "utf8"));
  if (platform) process.stdout.write(`packing Node for ${platform}, which takes a minute or two ...\n`);
  const runtime = platform && (await packNode(await fetchNode(root, platform)));
  const { file, bytes, checksum, identifier } = await pack(root, { runtime, signingKey });
  process.stdout.write(
    [
      `package     ${relative(process.cwd(), file)} (${bytes} bytes)`,
      `checksum    ${checksum}`,
      `identifier  ${identifier}`,
      "",
    ].join("\n"),
  );
  return 0;
}

await runCommand(main);

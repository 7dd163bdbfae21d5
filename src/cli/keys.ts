/** `npm run keys -- NAME`: makes the pair of keys to sign packages with. */
import { writeFile } from "node:fs/promises";
import { generateKeys } from "../package/sign.ts";
import { runCommand } from "./run-command.ts";

const [name = "signing"] = process.argv.slice(2);

await runCommand(async () => {
  const { privateKey, publicKey } = generateKeys();
  // Never over an older key: it cannot be had again.
  const flag = "wx";
  await writeFile(`${name}.private.pem`, privateKey, { mode: 0o600, flag });
  await writeFile(`${name}.public.pem`, publicKey, { flag });
  process.stdout.write(
    [
      `private  ${name}.private.pem - keep it secret; npm run package -- --sign ${name}.private.pem`,
      `public   ${name}.public.pem - for THIRD_PARTY_SIGNATURE_VERIFICATION_PUBLIC_KEYS of the plugin daemon`,
      "",
    ].join("\n"),
  );
  return 0;
});

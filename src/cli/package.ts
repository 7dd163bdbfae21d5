/** `npm run package`: writes the package that is uploaded to Dify. */
import { join, relative } from "node:path";
import { pack } from "../package/pack.ts";

const root = join(import.meta.dirname, "../..");
const { file, bytes, checksum, identifier } = await pack(root);
process.stdout.write(
  [
    `package     ${relative(process.cwd(), file)} (${bytes} bytes)`,
    `checksum    ${checksum}`,
    `identifier  ${identifier}`,
    "",
  ].join("\n"),
);

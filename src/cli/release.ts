/** `npm run release`: checks that this very commit can be released, and writes its packages with their checksums. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { marketplaceComplaints } from "../package/marketplace-rules.ts";
import { fetchNode, packNode, PLATFORMS } from "../package/node-runtime.ts";
import { buildPackage, writePackage, type BuiltPackage } from "../package/pack.ts";
import { releaseComplaints } from "../package/release-checks.ts";
import { readPrivateKey } from "../package/sign.ts";
import { runCommand } from "./run-command.ts";

const root = join(import.meta.dirname, "../..");

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      // Only check, write nothing.
      check: { type: "boolean", default: false },
      // Hold to the marketplace's rules, too.
      marketplace: { type: "boolean", default: false },
      // Write the offline packages, too.
      offline: { type: "boolean", default: false },
      // A private key to sign all packages with.
      sign: { type: "string" },
    },
  });
  const signingKey =
    values.sign === undefined ? undefined : readPrivateKey(await readFile(values.sign, "utf8"));
  const built = await buildPackage(root, { signingKey });
  const { archive: again } = await buildPackage(root, { signingKey });
  const complaints = releaseComplaints({
    packageJson: await readFile(join(root, "package.json"), "utf8"),
    packageLock: await readFile(join(root, "package-lock.json"), "utf8"),
    changelog: await readFile(join(root, "CHANGELOG.md"), "utf8"),
    gitStatus: execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" }),
    builds: [built.archive, again],
    files: built.files,
  });
  const listing = marketplaceComplaints(built.files);
  for (const complaint of complaints) print(`refused      ${complaint}`);
  for (const complaint of listing) print(`marketplace  ${complaint}`);
  if (complaints.length > 0 || (values.marketplace && listing.length > 0)) return 1;
  print(`ready        ${built.identifier}`);
  if (values.check) return 0;

  const packages: BuiltPackage[] = [built];
  for (const platform of values.offline ? PLATFORMS : []) {
    print(`packing      Node for ${platform}, which takes a minute or two ...`);
    // Each takes a core and its memory for minutes.
    // oxlint-disable-next-line no-await-in-loop
    const runtime = await packNode(await fetchNode(root, platform));
    // oxlint-disable-next-line no-await-in-loop
    packages.push(await buildPackage(root, { runtime, signingKey }));
  }
  for (const each of packages) {
    // oxlint-disable-next-line no-await-in-loop
    const { file, bytes } = await writePackage(root, each);
    print(`written      ${relative(process.cwd(), file)} (${bytes} bytes)`);
  }
  const sums = packages.map(
    ({ name, archive }) => `${createHash("sha256").update(archive).digest("hex")}  ${name}\n`,
  );
  const file = join(root, "dist/SHA256SUMS");
  await writeFile(file, sums.join(""));
  print(`written      ${relative(process.cwd(), file)}`);
  return 0;
}

await runCommand(main);

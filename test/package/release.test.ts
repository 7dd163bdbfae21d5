/** What holds a release back. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { inject, test, expect, describe } from "vitest";
import { readArchive } from "../../src/package/archive.ts";
import { marketplaceComplaints } from "../../src/package/marketplace-rules.ts";
import { releaseComplaints, type Candidate } from "../../src/package/release-checks.ts";

const root = join(import.meta.dirname, "../..");

/** This very repository, as if its tree were clean. */
async function candidate(): Promise<Candidate> {
  const archive = await readFile(inject("packageFile"));
  const [packageJson, packageLock, changelog] = await Promise.all(
    ["package.json", "package-lock.json", "CHANGELOG.md"].map((file) => readFile(join(root, file), "utf8")),
  );
  return {
    packageJson: packageJson ?? "",
    packageLock: packageLock ?? "",
    changelog: changelog ?? "",
    gitStatus: "",
    builds: [archive, archive],
    files: readArchive(archive),
  };
}

/** What it would list: the package with the fields that only a publisher can fill in. */
async function listed(): Promise<Candidate["files"]> {
  const { files } = await candidate();
  const manifest = Buffer.from(files.get("manifest.yaml") ?? [])
    .toString()
    .replace(
      /^author:.*$/m,
      "author: someone\nrepo: https://github.com/someone/plugin\ncontact: a@b.example",
    );
  const readme = `${Buffer.from(files.get("README.md") ?? []).toString()}\nhttps://github.com/someone/plugin\n`;
  return new Map([...files, ["manifest.yaml", Buffer.from(manifest)], ["README.md", Buffer.from(readme)]]);
}

function withFile(files: Candidate["files"], path: string, content: string | RegExp, by = "") {
  const before = Buffer.from(files.get(path) ?? []).toString("utf8");
  const after = typeof content === "string" ? content : before.replace(content, by);
  expect(after).not.toBe(before);
  return new Map([...files, [path, Buffer.from(after)]]);
}

test("nothing holds this version back", async () => {
  expect(releaseComplaints(await candidate())).toEqual([]);
});

describe("a release is refused", () => {
  test.each<[string, (now: Candidate) => Partial<Candidate>, RegExp]>([
    [
      "when the tree has changes",
      () => ({ gitStatus: " M README.md\n?? x\n" }),
      /^the working tree has changes: M README\.md$/,
    ],
    [
      "when package.json names another version",
      ({ packageJson }) => ({ packageJson: packageJson.replace(/"version": ".*"/, '"version": "9.9.9"') }),
      /^package\.json says version 9\.9\.9, manifest\.yaml \S+$/,
    ],
    [
      "when package-lock.json does",
      ({ packageLock }) => ({ packageLock: packageLock.replace(/"version": ".*"/, '"version": "9.9.9"') }),
      /^package-lock\.json says version 9\.9\.9, manifest\.yaml \S+$/,
    ],
    [
      "when the changelog begins with another version",
      ({ changelog }) => ({ changelog: changelog.replace("## ", "## 9.9.9 - 2026-01-01\n\nNew.\n\n## ") }),
      /^CHANGELOG\.md: the first entry is "9\.9\.9 - 2026-01-01", not "\S+ - <date>"$/,
    ],
    [
      "when its entry has no date",
      ({ changelog }) => ({ changelog: changelog.replace(/^## (\S+).*$/m, "## $1 - unreleased") }),
      /^CHANGELOG\.md: the first entry is "\S+ - unreleased"/,
    ],
    [
      "when its entry is empty",
      ({ changelog }) => ({
        changelog: `${/^## .*$/m.exec(changelog)?.[0]}\n\n## 0.0.1 - 2026-01-01\n\nOld.\n`,
      }),
      /^CHANGELOG\.md: the entry of \S+ is empty$/,
    ],
    [
      "when a second build gives other bytes",
      ({ builds: [one] }) => ({ builds: [one, Buffer.concat([one, Buffer.from(" ")])] }),
      /^the package has other bytes/,
    ],
    [
      "when the privacy file is empty",
      ({ files }) => ({ files: withFile(files, "PRIVACY.md", " \n") }),
      /^PRIVACY\.md is missing or empty$/,
    ],
    [
      "when the Chinese README is missing",
      ({ files }) => ({ files: new Map([...files].filter(([path]) => !path.startsWith("readme/"))) }),
      /^readme\/README_zh_Hans\.md is missing or empty$/,
    ],
    [
      "when the manifest names no privacy file",
      ({ files }) => ({ files: withFile(files, "manifest.yaml", /^privacy:.*\n/m) }),
      /^manifest\.yaml: privacy names no file of the package$/,
    ],
    [
      "when an icon is not square",
      ({ files }) => ({
        files: withFile(files, "_assets/icon.svg", /viewBox="0 0 24 24"/, 'viewBox="0 0 24 20"'),
      }),
      /^_assets\/icon\.svg is no SVG with a square viewBox$/,
    ],
  ])("%s", async (_name, change, complaint) => {
    const now = await candidate();
    const complaints = releaseComplaints({ ...now, ...change(now) });
    expect(complaints).toEqual([expect.stringMatching(complaint)]);
  });
});

describe("the marketplace", () => {
  test("takes the package once its publisher is named", async () => {
    expect(marketplaceComplaints(await listed())).toEqual([]);
  });

  test.each<[string, string, string | RegExp, string, RegExp]>([
    ["an author of Dify's name", "manifest.yaml", /^author:.*$/m, "author: my-dify", /author "my-dify"/],
    ["no source", "manifest.yaml", /^repo:.*\n/m, "", /repo is missing/],
    ["a source elsewhere", "manifest.yaml", /^repo:.*$/m, "repo: https://x.example/y", /repo is on no host/],
    ["no address to write to", "manifest.yaml", /^contact:.*$/m, "contact: me", /contact is no e-mail/],
    ["a README without its source", "README.md", "# Plugin\n", "", /README\.md: the address/],
    ["a Chinese README", "README.md", /^# .*$/m, "# 插件", /README\.md must be English/],
    ["a loose requirement", "requirements.txt", "requests\n", "", /"requests" names no version/],
    ["a requirement from git", "requirements.txt", "a @ git+https://x/y@v==1\n", "", /is an address/],
    ["a key", "keys/my.pem", "key", "", /keys\/my\.pem may not be in a package/],
    ["a program", "runtime/node", "\x7fELF...", "", /runtime\/node is a program/],
  ])("refuses %s", async (_name, path, content, by, complaint) => {
    const files = withFile(await listed(), path, content, by);
    expect(marketplaceComplaints(files)).toEqual([expect.stringMatching(complaint)]);
  });
});

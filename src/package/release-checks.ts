/** What must hold before a version is released. Each check tells what is wrong, in words; nothing when all is well. */
import { load } from "js-yaml";
import * as z from "zod";
import type { PackageFiles } from "./package-files.ts";

/** What the checks look at. */
export interface Candidate {
  packageJson: string;
  packageLock: string;
  changelog: string;
  /** `git status --porcelain`. */
  gitStatus: string;
  /** The same package, built twice. */
  builds: readonly [Uint8Array, Uint8Array];
  files: PackageFiles;
}

const versionSchema = z.object({ version: z.string() });

const manifestSchema = z.object({
  version: z.string(),
  privacy: z.string().optional(),
  icon: z.string(),
  icon_dark: z.string().optional(),
});

/** Files that the reader of a plugin's page is shown. */
const DOCUMENTS = ["README.md", "readme/README_zh_Hans.md", "PRIVACY.md"];

export function releaseComplaints(candidate: Candidate): string[] {
  const { files, gitStatus, builds } = candidate;
  const manifest = manifestSchema.parse(load(text(files, "manifest.yaml")));
  return [
    ...(gitStatus.trim() === "" ? [] : [`the working tree has changes: ${gitStatus.trim().split("\n")[0]}`]),
    ...versionComplaints(candidate, manifest.version),
    ...(Buffer.compare(...builds) === 0 ? [] : ["the package has other bytes when it is built again"]),
    ...DOCUMENTS.filter((path) => text(files, path).trim() === "").map(
      (path) => `${path} is missing or empty`,
    ),
    ...(files.has(manifest.privacy ?? "") ? [] : ["manifest.yaml: privacy names no file of the package"]),
    ...[manifest.icon, manifest.icon_dark].flatMap((icon) =>
      icon === undefined ? [] : iconComplaints(`_assets/${icon}`, text(files, `_assets/${icon}`)),
    ),
  ];
}

function versionComplaints({ packageJson, packageLock, changelog }: Candidate, version: string): string[] {
  const others = { "package.json": packageJson, "package-lock.json": packageLock };
  return [
    ...Object.entries(others).flatMap(([file, json]) => {
      const other = versionSchema.parse(JSON.parse(json)).version;
      return other === version ? [] : [`${file} says version ${other}, manifest.yaml ${version}`];
    }),
    ...changelogComplaints(changelog, version),
  ];
}

/** The newest entry is that of this version: a heading `## 1.2.3 - 2026-01-31` and what changed. */
function changelogComplaints(changelog: string, version: string): string[] {
  const [, entry = ""] = changelog.split(/^## /m);
  const [heading = "", ...lines] = entry.split("\n");
  const [, named, date] = /^(\S+) - (\d{4}-\d\d-\d\d)$/.exec(heading.trim()) ?? [];
  if (named !== version || date === undefined)
    return [`CHANGELOG.md: the first entry is "${heading}", not "${version} - <date>"`];
  return lines.join("").trim() === "" ? [`CHANGELOG.md: the entry of ${version} is empty`] : [];
}

/** Dify draws icons in squares of 16 to 24 pixels. */
function iconComplaints(path: string, svg: string): string[] {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  return width !== undefined && width === height ? [] : [`${path} is no SVG with a square viewBox`];
}

function text(files: PackageFiles, path: string): string {
  return Buffer.from(files.get(path) ?? []).toString("utf8");
}

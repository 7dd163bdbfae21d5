/**
 * The rules of Dify's marketplace that its validator enforces (langgenius/dify-marketplace-toolkit, and the
 * pre-check of langgenius/dify-plugins, 2026). They bind only a package that is to be listed there.
 */
import { load } from "js-yaml";
import * as z from "zod";
import type { PackageFiles } from "./package-files.ts";

const MAX_FILES = 5_000;

const SOURCE_HOST =
  /https?:\/\/(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|gitee\.com|codeberg\.org|git\.sr\.ht)\/[^\s)>"]+/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const CHINESE = /[\u3400-\u9fff]/;
const CODE_BLOCK = /```.*?```/gs;
const BLOCKED_FILE =
  /(?:^|\/)(?:\.env(?:\..+)?|\.DS_Store|id_rsa|node_modules\/.*|__pycache__\/.*|[^/]*\.(?:key|pem|p12|pfx|pyc|pyo|log|tmp|swp|swo|bak))$/;
const PROGRAM = Buffer.from("\x7fELF", "latin1");

const field = z.string().default("");

const manifestSchema = z.object({
  author: field,
  name: field,
  version: field,
  icon: field,
  privacy: field,
  repo: field,
  contact: field,
});

/** Why the marketplace would refuse the package; nothing when it would not. */
export function marketplaceComplaints(files: PackageFiles): string[] {
  const manifest = manifestSchema.parse(load(text(files, "manifest.yaml")));
  return [
    ...manifestComplaints(manifest),
    ...readmeComplaints(text(files, "README.md")),
    ...requirementComplaints(text(files, "requirements.txt")),
    ...[...files].flatMap(([path, bytes]) => [
      ...(BLOCKED_FILE.test(path) ? [`${path} may not be in a package`] : []),
      ...(PROGRAM.equals(bytes.subarray(0, PROGRAM.length)) ? [`${path} is a program`] : []),
    ]),
    ...(files.size > MAX_FILES ? [`${files.size} files, more than ${MAX_FILES}`] : []),
  ];
}

function manifestComplaints(manifest: z.output<typeof manifestSchema>): string[] {
  const { author, repo, contact } = manifest;
  return [
    ...Object.entries(manifest).flatMap(([name, value]) =>
      value === "" ? [`manifest.yaml: ${name} is missing`] : [],
    ),
    ...(/langgenius|dify/.test(author) ? [`manifest.yaml: author "${author}" may not contain "dify"`] : []),
    ...(repo === "" || SOURCE_HOST.test(repo) ? [] : ["manifest.yaml: repo is on no host it knows"]),
    ...(contact === "" || EMAIL.test(contact) ? [] : ["manifest.yaml: contact is no e-mail address"]),
  ];
}

function readmeComplaints(readme: string): string[] {
  return [
    ...(SOURCE_HOST.test(readme) ? [] : ["README.md: the address of the source repository is missing"]),
    ...(CHINESE.test(readme.replaceAll(CODE_BLOCK, ""))
      ? ["README.md must be English; translations belong in readme/"]
      : []),
  ];
}

function requirementComplaints(requirements: string): string[] {
  const lines = requirements.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return [
    ...lines
      .filter((line) => !/[=<>~!^]/.test(line))
      .map((line) => `requirements.txt: "${line}" names no version`),
    ...lines
      .filter((line) => /git\+|(?:https?|ftp|file):\/\//i.test(line))
      .map((line) => `requirements.txt: "${line}" is an address`),
  ];
}

function text(files: PackageFiles, path: string): string {
  return Buffer.from(files.get(path) ?? []).toString("utf8");
}

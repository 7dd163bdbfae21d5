/** What holds for the source as a whole: tools are content, and the halves do not know each other. */
import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const run = promisify(execFile);

describe("tools", () => {
  test.each([
    ["types", "tsc", []],
    ["types of the workbench's page", "tsc", ["-p", "src/workbench/page"]],
    ["lint", "oxlint", ["--type-aware", "--deny-warnings"]],
    ["format", "oxfmt", ["--check"]],
  ])("%s", { timeout: 120_000 }, async (_name, tool, args) => {
    const result = await run(join(root, "node_modules/.bin", tool), args, { cwd: root }).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => ({ failed: `${stdout}${stderr}` }),
    );
    expect(result).not.toHaveProperty("failed");
  });
});

/** Room → rooms it may import from, besides itself. Rooms not named may import nothing of ours. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "src/dify": [],
  "src/runtime": ["src/dify"],
  "src/endpoint": [],
  "src/tokens": [],
  "src/demo": [],
  provider: ["src/dify", "src/endpoint"],
  "src/check": ["provider", "src/dify", "src/endpoint"],
  "models/llm": ["provider", "src/check", "src/dify", "src/endpoint", "src/tokens"],
  "models/text_embedding": ["provider", "src/check", "src/dify", "src/endpoint", "src/tokens"],
  "models/rerank": ["provider", "src/check", "src/dify", "src/endpoint"],
  "models/speech2text": ["provider", "src/check", "src/dify", "src/endpoint"],
  "models/tts": ["provider", "src/check", "src/dify", "src/endpoint"],
  "models/moderation": ["provider", "src/check", "src/dify", "src/endpoint"],
  "src/host": ["src/runtime", "src/dify"],
  "src/package": [],
  "src/import": [
    "provider",
    "src/check",
    "src/dify",
    "src/endpoint",
    "src/tokens",
    "models/llm",
    "models/text_embedding",
    "models/rerank",
    "models/speech2text",
    "models/tts",
  ],
  "src/cli": [
    "package.json",
    "src/check",
    "src/demo",
    "src/dify",
    "src/host",
    "src/import",
    "src/package",
    "src/plugin.ts",
    "src/runtime",
    "src/workbench",
    "provider",
  ],
  "src/workbench": [
    "provider",
    "src/check",
    "src/demo",
    "src/dify",
    "src/endpoint",
    "src/host",
    "src/package",
  ],
  // The page runs in a browser: of all else it knows what the server says, and no code.
  "src/workbench/page": [],
  "src/main.ts": ["src/runtime", "src/plugin.ts"],
  "src/lambda.ts": ["src/runtime", "src/plugin.ts"],
  "src/plugin.ts": [
    "src/check",
    "src/tokens",
    "provider",
    "models/llm",
    "models/text_embedding",
    "models/rerank",
    "models/speech2text",
    "models/tts",
    "models/moderation",
  ],
};

const PAGE = "src/workbench/page";
const CONTRACT = "src/workbench/contract.ts";

function roomOf(file: string): string {
  if (file.startsWith(`${PAGE}/`)) return PAGE;
  const [first = "", second = ""] = file.split("/");
  return first === "provider" || second === "" ? first : `${first}/${second}`;
}

async function sourceFiles(): Promise<string[]> {
  const folders = await Promise.all(
    ["src", "provider", "models"].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  );
  return folders.flat().filter((file) => /\.tsx?$/.test(file));
}

async function ownImports(file: string): Promise<string[]> {
  const text = await readFile(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target = ""]) =>
    relative(root, join(root, dirname(file), target)),
  );
}

describe("imports", async () => {
  test.each(await sourceFiles())("%s", async (file) => {
    const allowed = [roomOf(file), ...(ALLOWED[roomOf(file)] ?? [])];
    const imports = (await ownImports(file)).filter((path) => !(roomOf(file) === PAGE && path === CONTRACT));
    const rooms = imports.map(roomOf);
    expect(rooms.filter((room) => !allowed.includes(room))).toEqual([]);
  });

  test("the page imports types alone from what it agreed with the server", async () => {
    const files = (await sourceFiles()).filter((file) => roomOf(file) === PAGE);
    const texts = await Promise.all(files.map((file) => readFile(join(root, file), "utf8")));
    const imports = texts.flatMap((text) => [...text.matchAll(/import (\w+)?[^;]*contract\.ts"/g)]);
    expect(imports.map(([, kind]) => kind).filter((kind) => kind !== "type")).toEqual([]);
  });

  test("the halves do not name each other", async () => {
    const files = await sourceFiles();
    const texts = await Promise.all(
      files.map(async (file) => [file, await readFile(join(root, file), "utf8")] as const),
    );
    const offenders = texts.filter(
      ([file, text]) =>
        (/^src\/(?:dify|runtime)\//.test(file) && /openai/i.test(text)) ||
        (file.startsWith("src/endpoint/") && /dify/i.test(text)),
    );
    expect(offenders.map(([file]) => file)).toEqual([]);
  });
});

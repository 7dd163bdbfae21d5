/** The example, packed and run as any plugin, and built as somebody else's project. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packExample } from "../../examples/pack.ts";
import { extract } from "../../src/package/extract.ts";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "example-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("stays small", async () => {
  const lines = (await readFile(join(root, "examples/echo/main.ts"), "utf8")).split("\n");
  expect(lines.length).toBeLessThan(80);
});

test("is packed, started by its launcher, and answers", async () => {
  const extracted = join(folder, "extracted");
  await extract(await readFile(await packExample(join(root, "examples/echo"))), extracted);
  const daemon = await StandInDaemon.launch(extracted);
  const about = { provider: "echo", model: "parrot", model_type: "llm", credentials: null };
  const prompt_messages = [{ role: "user", content: "polly wants a cracker" }];
  for (const stream of [true, false]) {
    // oxlint-disable-next-line no-await-in-loop
    const { pieces } = await daemon.call({ action: "invoke_llm", ...about, prompt_messages, stream });
    const text = (pieces as { delta: { message: { content: string } } }[]).map(
      (p) => p.delta.message.content,
    );
    expect(text).toEqual(stream ? ["polly ", "wants ", "a ", "cracker"] : ["polly wants a cracker"]);
  }
  for (const action of ["get_llm_num_tokens", "get_ai_model_schemas", "validate_model_credentials"]) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await daemon.call({ action, ...about, prompt_messages })).error).toBeUndefined();
  }
  const { error } = await daemon.call({ action: "invoke_llm", ...about, prompt_messages: [], stream: true });
  expect(error).toEqual({ type: "InvokeBadRequestError", message: "There is nothing to echo." });
  await daemon.close();
});

test("builds against the npm package, with its types", { timeout: 120_000 }, async () => {
  const project = join(folder, "project");
  const modules = join(project, "node_modules");
  const sdk = join(modules, "dify-openai-compatible");
  await mkdir(sdk, { recursive: true });
  const pack = ["pack", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { cwd: root });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf("["))) as [{ filename: string }];
  await run("tar", ["-xzf", join(folder, filename), "-C", sdk, "--strip-components", "1"]);
  for (const dependency of ["zod", "js-yaml", "@types", "undici-types"]) {
    // oxlint-disable-next-line no-await-in-loop
    await symlink(join(root, "node_modules", dependency), join(modules, dependency));
  }
  await cp(join(root, "examples/echo"), project, { recursive: true });
  const strict = { strict: true, module: "nodenext", target: "es2023", types: ["node"], outDir: "dist" };
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: strict }));
  await run(join(root, "node_modules/.bin/tsc"), ["-p", project], { cwd: project });

  const running = run(process.execPath, [join(project, "dist/main.js")], { env: {} });
  running.child.stdin?.end();
  expect((await running).stdout).toBe('{"event":"heartbeat","session_id":null,"data":{}}\n');

  // As the guide says, word for word.
  const guide = await readFile(join(sdk, "docs/write-a-plugin.md"), "utf8");
  const [, commands = ""] = /```sh\n(sdk=[^`]+)```/.exec(guide) ?? [];
  const PATH = `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`;
  await run("sh", ["-e", "-c", commands], { cwd: project, env: { ...process.env, PATH } });
  const daemon = await StandInDaemon.launch(project);
  const about = { provider: "echo", model: "parrot", model_type: "llm", credentials: null };
  expect((await daemon.call({ action: "get_ai_model_schemas", ...about })).error).toBeUndefined();
  await daemon.close();
});

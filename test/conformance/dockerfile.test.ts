/** The Dockerfile without Docker: its COPY into an empty folder, its ENV, its CMD. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startDemoEndpoint } from "../../src/demo/server.ts";
import { StandInServerless } from "../stand-in-daemon/serverless-caller.ts";
import { target } from "./scenario.ts";

const root = join(import.meta.dirname, "../..");

/** The arguments of all lines with one instruction. */
function instructions(dockerfile: string, name: string): string[] {
  return [...dockerfile.matchAll(new RegExp(`^${name} (.+)$`, "gm"))].map(([, rest = ""]) => rest);
}

test("what it copies is all that its command needs", { timeout: 60_000 }, async () => {
  await promisify(execFile)(process.execPath, [join(root, "src/cli/serverless.ts")]);
  const dockerfile = await readFile(join(root, "Dockerfile"), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "image-"));
  for (const copied of instructions(dockerfile, "COPY")) {
    const [from = "", to = ""] = copied.split(" ");
    // oxlint-disable-next-line no-await-in-loop
    await cp(join(root, from), join(folder, to), { recursive: true });
  }
  const variables = instructions(dockerfile, "ENV").map((one) => one.split("=") as [string, string]);
  const [command, ...args] = JSON.parse(instructions(dockerfile, "CMD")[0] ?? "[]") as string[];
  expect(command).toBe("node");

  const link = await StandInServerless.launch(({ INSTALL_METHOD: _method, ...env }) => ({
    command: process.execPath,
    args,
    cwd: folder,
    env: { ...env, ...Object.fromEntries(variables) },
  }));
  const demo = await startDemoEndpoint();
  const texts = { texts: ["counted in a thread of its own"] };
  const about = target("text-embedding", "demo-embedding", demo.url);
  for (const action of ["get_text_embedding_num_tokens", "invoke_text_embedding"]) {
    // oxlint-disable-next-line no-await-in-loop
    expect((await link.call({ action, ...about, ...texts, input_type: "query" })).error).toBeUndefined();
  }
  await link.close();
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

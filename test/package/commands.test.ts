/** The commands that make keys and packages, as they are typed. */
import { spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "commands-test-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function command(name: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "src/cli", `${name}.ts`), ...args],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  return { status, stdout, stderr };
}

test("keys belong together, the private one to its owner, and are never written over", async () => {
  expect(command("keys", "mine").status).toBe(0);
  const [privateKey, publicKey] = await Promise.all(
    ["private", "public"].map((half) => readFile(join(folder, `mine.${half}.pem`), "utf8")),
  );
  const derived = createPublicKey(createPrivateKey(privateKey ?? ""));
  expect(derived.export({ type: "pkcs1", format: "pem" })).toBe(publicKey);
  expect((await stat(join(folder, "mine.private.pem"))).mode & 0o777).toBe(0o600);

  const again = command("keys", "mine");
  expect(again).toMatchObject({ status: 1, stdout: "" });
  expect(again.stderr).toMatch(/^EEXIST: file already exists, open 'mine\.private\.pem'\n$/);
  expect(await readFile(join(folder, "mine.private.pem"), "utf8")).toBe(privateKey);
});

test.each([
  ["package", ["--offline", "linux-mips"], /^unknown platform linux-mips\n\nUsage: npm run package/],
  ["package", ["--sign", "none.pem"], /^ENOENT: no such file or directory, open 'none\.pem'\n$/],
  ["package", ["--seal"], /^Unknown option '--seal'/],
  ["release", ["--seal"], /^Unknown option '--seal'/],
])("%s %j says what is wrong, without a stack", (name, args, words) => {
  const { status, stdout, stderr } = command(name, ...args);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(words);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

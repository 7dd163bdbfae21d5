/** How an import reaches Dify, and what it says when it cannot, or makes no sense. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answer } from "../upstream/upstream.ts";
import { KEY, lists, Stage } from "./stage.ts";
import { PROVIDER, StandInConsole } from "./stand-in-console.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-test-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

let stage: Stage;

beforeEach(async () => {
  stage = await Stage.set();
});

afterEach(() => stage.clear());

describe("session", () => {
  test("is renewed when it ends on the way", async () => {
    stage.dify.validate = ({ model }) => void (model === "gpt-4o" && stage.dify.expireSession());
    expect(await stage.importing("--yes")).toMatchObject({ status: 0 });
    expect(stage.dify.saved).toHaveLength(3);
    expect(stage.dify.requests.filter((request) => request === "POST /login")).toHaveLength(2);
  });

  test("behind https the cookies have a prefix", async () => {
    stage.dify.cookiePrefix = "__Host-";
    expect(await stage.importing("--yes")).toMatchObject({ status: 0 });
  });

  test("an older Dify takes the password as it is, and has a token", async () => {
    stage.dify.version = "1.8.1";
    expect(await stage.importing("--yes")).toMatchObject({ status: 0 });
  });

  test("a page's address names the console, too", async () => {
    const { status } = await stage.run(["--url", stage.server.origin, "--key-env", "SERVER_KEY"], {
      DIFY_URL: `${stage.dify.address}/apps`,
    });
    expect(status).toBe(0);
  });

  test("a wrong password is tried once", async () => {
    const { status, error } = await stage.run(["--url", stage.server.origin], { DIFY_PASSWORD: "wrong" });
    expect(status).toBe(2);
    expect(error).toBe(
      "Dify refused the login: Invalid email or password. Check DIFY_EMAIL and DIFY_PASSWORD.\n",
    );
    expect(stage.dify.requests.filter((request) => request === "POST /login")).toHaveLength(1);
  });
});

describe("nothing is tried", () => {
  const page = { status: 200, body: "<!doctype html><title>Dify</title>" };
  test.each<[string, Partial<StandInConsole>, RegExp]>([
    [
      "without the plugin",
      { providers: ["langgenius/openai/openai"] },
      /has no model provider openai_compatible: install the plugin first/,
    ],
    ["with two such plugins", { providers: [PROVIDER, `x/${PROVIDER}`] }, /choose one with --provider/],
    ["for an editor", { role: "editor" }, /role in the workspace is "editor", but only its owner and admins/],
    ["before the first admin", { step: "not_started" }, /has no admin yet/],
    ["for a page", { before: () => page }, /is not Dify's console API \(status 200\)/],
    [
      "after a redirect",
      {
        before: () => ({ status: 308, body: "", headers: { location: "https://dify.example.com/x" } }),
      },
      /leads to https:\/\/dify\.example\.com: set DIFY_URL .* The login was not sent there/,
    ],
    [
      "when Dify fails",
      {
        before: ({ url }: IncomingMessage) =>
          url?.endsWith("/model-providers")
            ? { status: 500, body: { code: "unknown", message: "Internal Server Error", status: 500 } }
            : undefined,
      },
      /^Internal Server Error \(500 from Dify\)/,
    ],
  ])("%s", async (_name, state, words) => {
    Object.assign(stage.dify, state);
    const { status, error } = await stage.importing("--yes");
    expect({ status, words: error }).toEqual({ status: 2, words: expect.stringMatching(words) });
    expect(stage.savings()).toEqual([]);
  });

  test.each<[string, string[], Record<string, string>, RegExp]>([
    ["without a server", [], {}, /^Which server\?/],
    [
      "without a login",
      ["--url", "http://h"],
      { DIFY_PASSWORD: "" },
      /^The environment holds no DIFY_PASSWORD/,
    ],
    ["with no address", ["--url", "http://h"], { DIFY_URL: "http://a b" }, /^DIFY_URL should look like/],
    [
      "for an unknown type",
      ["--url", "http://h", "--type", "a=chat"],
      {},
      /^--type a=chat: expected PATTERN=TYPE/,
    ],
    ["for an unknown option", ["--all"], {}, /^Unknown option '--all'/],
    ["without a key", ["--url", "http://h", "--key-env", "NONE"], {}, /^The environment holds no NONE/],
    ["for an address that is none", ["--url", "ftp://h"], {}, /^"Base URL" must begin with http/],
  ])("%s", async (_name, args, env, words) => {
    const { status, error } = await stage.run(args, env);
    expect({ status, words: error }).toEqual({ status: 2, words: expect.stringMatching(words) });
  });

  test.each([
    [["--only", "qwen*"], {}, /^--only qwen\* fits no model of the server/],
    [["--form", "FILE"], { nonsense: 1 }, /the form has no field nonsense/],
    [["--form", "FILE"], { context_size: 1 }, /context_size counts only with "advanced": "manual"/],
    [["--form", "FILE"], { advanced: "manual", context_size: "x" }, /^"Context size" must be a whole number/],
  ])("%j %j", async (args, form, words) => {
    const file = join(folder, "values.json");
    await writeFile(file, JSON.stringify(form));
    const { status, error } = await stage.importing(
      ...args.map((arg) => (arg === "FILE" ? file : arg)),
      "--yes",
    );
    expect({ status, words: error }).toEqual({ status: 2, words: expect.stringMatching(words) });
    expect(stage.savings()).toEqual([]);
  });

  test("when there is no plan, no form, no model", async () => {
    const none = join(folder, "none.json");
    const noPlan = await stage.importing("--yes", "--plan", none);
    expect(noPlan).toMatchObject({ status: 2, error: expect.stringMatching(/^There is no .*none\.json/) });
    const noForm = await stage.importing("--form", none);
    expect(noForm).toMatchObject({ status: 2, error: expect.stringMatching(/^ENOENT/) });
    await writeFile(none, `["${KEY}"]`);
    const noObject = await stage.importing("--form", none);
    expect(noObject).toMatchObject({ status: 2, error: expect.stringMatching(/must hold a JSON object/) });
    stage.server.handler = lists();
    const noModel = await stage.importing();
    expect(noModel).toMatchObject({ status: 2, error: expect.stringMatching(/lists no models/) });
  });

  test("when Dify does not run", async () => {
    const gone = await StandInConsole.start();
    const { address } = gone;
    await gone.close();
    const { status, error } = await stage.run(["--url", stage.server.origin], { DIFY_URL: address });
    expect(status).toBe(2);
    expect(error).toMatch(/^Dify cannot be reached at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
  });

  test("when the server refuses the key", async () => {
    stage.server.handler = answer({ error: { message: `Incorrect API key provided: ${KEY}` } }, 401);
    const { status, error } = await stage.importing();
    expect(status).toBe(2);
    expect(error).toMatch(/^The server refused the key\. Check "API Key"/);
  });
});

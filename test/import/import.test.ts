/** `npm run import` as it is typed, between a server and a workspace. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { runImport } from "../../src/import/run-import.ts";
import { answer, Upstream, type Handler } from "../upstream/upstream.ts";
import { EMAIL, PASSWORD, PROVIDER, StandInConsole } from "./stand-in-console.ts";

const KEY = "sk-of-the-server";

let folder: string;
let server: Upstream;
let dify: StandInConsole;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "import-test-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(async () => {
  [server, dify] = await Promise.all([Upstream.start(), StandInConsole.start()]);
  server.handler = lists("gpt-4o", "bge-m3", "bge-reranker-v2-m3", "dall-e-3");
});

afterEach(() => Promise.all([server.close(), dify.close()]));

function lists(...names: string[]): Handler {
  const list = answer({ object: "list", data: names.map((id) => ({ id, object: "model" })) });
  const missing = answer({ detail: "Not Found" }, 404);
  return (request, response) => (request.path === "/v1/models" ? list : missing)(request, response);
}

interface Run {
  status: number;
  out: string;
  error: string;
}

/** No run may ever show the password or the key. */
async function run(args: readonly string[], env: Record<string, string> = {}): Promise<Run> {
  const out: string[] = [];
  const error: string[] = [];
  const environment = {
    DIFY_URL: dify.address,
    DIFY_EMAIL: EMAIL,
    DIFY_PASSWORD: PASSWORD,
    SERVER_KEY: KEY,
    ...env,
  };
  const status = await runImport(args, environment, {
    print: (text) => out.push(`${text}\n`),
    complain: (text) => error.push(`${text}\n`),
  });
  const result = { status, out: out.join(""), error: error.join("") };
  expect(result.out + result.error).not.toContain(KEY);
  expect(result.out + result.error).not.toContain(PASSWORD);
  return result;
}

const importing = (...args: string[]): Promise<Run> =>
  run(["--url", `${server.origin}/v1`, "--key-env", "SERVER_KEY", ...args]);

const savings = (): string[] => dify.requests.filter((request) => /^POST .*credentials$/.test(request));
const saved = (): string[] => dify.saved.map(({ model, model_type }) => `${model} ${model_type}`);

describe("adding", () => {
  test("shows what it would do, and does nothing", async () => {
    const { status, out } = await importing();
    expect(status).toBe(0);
    expect(out.split("\n").filter((line) => line.startsWith("  "))).toEqual([
      "  add        gpt-4o              llm             its name",
      "  add        bge-m3              text-embedding  its name",
      "  add        bge-reranker-v2-m3  rerank          its name",
      "  leave out  dall-e-3            -               it makes images",
    ]);
    expect(out).toContain("3 to add (1 llm, 1 text-embedding, 1 rerank), 0 there already, 1 left out.");
    expect(out).toContain("Nothing was changed.");
    expect(savings()).toEqual([]);
  });

  test("adds with --yes, and nothing a second time", async () => {
    const first = await importing("--yes");
    expect(first.status).toBe(0);
    expect(first.out).toMatch(/\[1\/3\] added {2}gpt-4o +llm +\d/);
    expect(first.out).toContain("3 added, 0 there already, 0 failed.");
    expect(saved()).toEqual(["gpt-4o llm", "bge-m3 text-embedding", "bge-reranker-v2-m3 rerank"]);
    expect(dify.saved[0]?.credentials).toEqual({ endpoint_url: `${server.origin}/v1`, api_key: KEY });

    const second = await importing("--yes");
    expect(second.status).toBe(0);
    expect(second.out).toContain("  present    gpt-4o ");
    expect(second.out).toContain("0 added, 3 there already, 0 failed.");
    expect(dify.saved).toHaveLength(3);
  });

  test("a model that fails stops no other, and is tried again", async () => {
    dify.validate = ({ model }) => (model === "gpt-4o" ? `The server refused the key ${KEY}.` : undefined);
    const { status, out } = await importing("--yes");
    expect(status).toBe(1);
    expect(out).toMatch(/\[1\/3\] FAILED gpt-4o .*\n {8}The server refused the key \*\*\*\.\n\[2\/3\] added/);
    expect(out).toContain("2 added, 0 there already, 1 failed.");

    dify.validate = () => undefined;
    expect(await importing("--yes")).toMatchObject({ status: 0 });
    expect(saved()).toEqual(["bge-m3 text-embedding", "bge-reranker-v2-m3 rerank", "gpt-4o llm"]);
  });

  test("takes the type a person gave, and the names that were chosen", async () => {
    const choices = [
      "--yes",
      "--only",
      "*BGE*",
      "--only",
      "gpt-?o",
      "--skip",
      "*rerank*",
      "--type",
      "*=llm",
      "--type",
      "bge-m3=rerank",
    ];
    const { status } = await importing(...choices);
    expect(status).toBe(0);
    expect(saved()).toEqual(["gpt-4o llm", "bge-m3 rerank"]);
  });

  test("a model that is there counts as what it is there", async () => {
    dify.saved.push({ model: "gpt-4o", model_type: "rerank", credentials: {} });
    const { out } = await importing("--only", "gpt-4o", "--yes");
    expect(out).toMatch(/present +gpt-4o +rerank/);
    expect(dify.saved).toHaveLength(1);
    // Unless a person says that it is another type as well.
    await importing("--only", "gpt-4o", "--type", "gpt-4o=llm", "--yes");
    expect(saved()).toEqual(["gpt-4o rerank", "gpt-4o llm"]);
  });

  test("leaves out what the provider has no type for", async () => {
    server.handler = lists("omni-moderation-latest");
    const { out } = await importing("--yes");
    expect(out).toContain("the provider has no type moderation");
    expect(dify.saved).toEqual([]);
  });

  test("a name from the server does not steer the terminal", async () => {
    server.handler = lists("gpt\u001B[2J-4o");
    const { out } = await importing();
    expect(out).toContain("gpt[2J-4o");
    expect(out).not.toContain("\u001B");
  });
});

test("npm run import", async () => {
  const script = join(import.meta.dirname, "../../src/cli/import.ts");
  const start = (...args: string[]) =>
    new Promise<Run>((resolve) => {
      execFile(
        process.execPath,
        [script, ...args],
        { env: { DIFY_URL: dify.address } },
        (failed, out, error) => resolve({ status: failed ? Number(failed.code) : 0, out, error }),
      );
    });
  expect(await start("--help")).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Usage: npm run import/),
  });
  expect(await start()).toMatchObject({
    status: 2,
    out: "",
    error: expect.stringMatching(/^Which server\?.*\n\nUsage/),
  });
});

describe("form", () => {
  test("values are shared by all models, and Dify may reach the server under another address", async () => {
    const form = { endpoint_url: "http://inside:4000/v1", advanced: "manual", context_size: 8000 };
    await writeFile(join(folder, "form.json"), JSON.stringify(form));
    const { status } = await importing("--form", join(folder, "form.json"), "--only", "gpt-4o", "--yes");
    expect(status).toBe(0);
    expect(dify.saved[0]?.credentials).toEqual({
      endpoint_url: "http://inside:4000/v1",
      api_key: KEY,
      advanced: "manual",
      context_size: "8000",
    });
  });

  test("the environment's key goes to the environment's server only", async () => {
    const pair = { ENDPOINT_URL: server.origin, ENDPOINT_API_KEY: "sk-of-the-environment" };
    await run(["--only", "gpt-4o"], pair);
    expect(server.requests[0]?.headers.authorization).toBe("Bearer sk-of-the-environment");
    server.requests.length = 0;
    await run(["--url", server.origin], pair);
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe("plan", () => {
  test("is written, corrected and carried out", async () => {
    const file = join(folder, "plan.json");
    const dry = await importing("--plan", file);
    expect(dry).toMatchObject({ status: 0 });
    const plan = JSON.parse(await readFile(file, "utf8"));
    expect(plan.server).toBe(`${server.origin}/v1`);
    expect(plan.models[3]).toEqual({ model: "dall-e-3", type: null, why: "it makes images" });
    plan.models[0] = { model: "gpt-4o", type: "rerank" };
    plan.models[1] = { ...plan.models[1], form: { advanced: "manual", context_size: 512 } };
    plan.models[2].type = null;
    await writeFile(file, JSON.stringify(plan));

    const over = await importing("--plan", file);
    expect(over).toMatchObject({ status: 2 });
    expect(over.error).toContain("plan.json is there already");

    expect(await importing("--yes", "--plan", file)).toMatchObject({ status: 0 });
    expect(saved()).toEqual(["gpt-4o rerank", "bge-m3 text-embedding"]);
    expect(dify.saved[1]?.credentials).toMatchObject({ context_size: "512" });

    const elsewhere = await run(["--url", "http://other/v1", "--yes", "--plan", file]);
    expect(elsewhere).toMatchObject({ status: 2 });
    expect(elsewhere.error).toContain(`is a plan for ${server.origin}/v1, not for http://other/v1.`);
  });

  test("says where it is none", async () => {
    const file = join(folder, "bad.json");
    await writeFile(file, '{"server":"x","models":[{"model":"a","type":"chat"}]}');
    const { status, error } = await importing("--yes", "--plan", file);
    expect(status).toBe(2);
    expect(error).toMatch(/bad\.json is no plan:\n.*\n.*models\[0\]\.type/);
  });
});

describe("session", () => {
  test("is renewed when it ends on the way", async () => {
    dify.validate = ({ model }) => void (model === "gpt-4o" && dify.expireSession());
    expect(await importing("--yes")).toMatchObject({ status: 0 });
    expect(dify.saved).toHaveLength(3);
    expect(dify.requests.filter((request) => request === "POST /login")).toHaveLength(2);
  });

  test("behind https the cookies have a prefix", async () => {
    dify.cookiePrefix = "__Host-";
    expect(await importing("--yes")).toMatchObject({ status: 0 });
  });

  test("an older Dify takes the password as it is, and has a token", async () => {
    dify.version = "1.8.1";
    expect(await importing("--yes")).toMatchObject({ status: 0 });
  });

  test("a page's address names the console, too", async () => {
    const { status } = await run(["--url", server.origin, "--key-env", "SERVER_KEY"], {
      DIFY_URL: `${dify.address}/apps`,
    });
    expect(status).toBe(0);
  });

  test("a wrong password is tried once", async () => {
    const { status, error } = await run(["--url", server.origin], { DIFY_PASSWORD: "wrong" });
    expect(status).toBe(2);
    expect(error).toBe(
      "Dify refused the login: Invalid email or password. Check DIFY_EMAIL and DIFY_PASSWORD.\n",
    );
    expect(dify.requests.filter((request) => request === "POST /login")).toHaveLength(1);
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
      { before: () => ({ status: 308, body: "", headers: { location: "https://dify.example.com/x" } }) },
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
    Object.assign(dify, state);
    const { status, error } = await importing("--yes");
    expect({ status, words: error }).toEqual({ status: 2, words: expect.stringMatching(words) });
    expect(savings()).toEqual([]);
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
    const { status, error } = await run(args, env);
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
    const { status, error } = await importing(...args.map((arg) => (arg === "FILE" ? file : arg)), "--yes");
    expect({ status, words: error }).toEqual({ status: 2, words: expect.stringMatching(words) });
    expect(savings()).toEqual([]);
  });

  test("when Dify does not run", async () => {
    const gone = await StandInConsole.start();
    const { address } = gone;
    await gone.close();
    const { status, error } = await run(["--url", server.origin], { DIFY_URL: address });
    expect(status).toBe(2);
    expect(error).toMatch(/^Dify cannot be reached at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/);
  });

  test("when the server refuses the key", async () => {
    server.handler = answer({ error: { message: `Incorrect API key provided: ${KEY}` } }, 401);
    const { status, error } = await importing();
    expect(status).toBe(2);
    expect(error).toMatch(/^The server refused the key\. Check "API Key"/);
  });
});

/** A server with a model of vectors, whose name says nothing. */
const embeds: Handler = (request, response) => {
  if (request.path !== "/v1/embeddings") return lists("mystery")(request, response);
  const { input } = JSON.parse(request.body.toString());
  const data = [input].flat().map((_text, index) => ({ index, embedding: [0.1, 0.2] }));
  return answer({ object: "list", data, usage: { prompt_tokens: 2 } })(request, response);
};

describe("probing", () => {
  test("asks a model nothing speaks for, and says before what that costs", async () => {
    server.handler = embeds;
    const quiet = await importing();
    expect(quiet.out).toContain("mystery  llm             nothing else fits (unclear)");
    expect(server.requests.filter(({ method }) => method === "POST")).toEqual([]);

    const { out } = await importing("--probe");
    expect(out).toMatch(/Asking 1 model what it is: .*\n {2}mystery: text-embedding\n/);
    expect(out).toContain("add        mystery  text-embedding  it answered as one");
    expect(savings()).toEqual([]);
  });

  test("a server that is out of credit says nothing about a type", async () => {
    const poor = answer(
      { error: { message: "You exceeded your current quota", code: "insufficient_quota" } },
      429,
    );
    server.handler = (request, response) =>
      (request.method === "POST" ? poor : lists("mystery"))(request, response);
    const { out } = await importing("--probe");
    expect(out).toContain("mystery: no type answered");
    expect(server.requests.filter(({ path }) => path === "/v1/embeddings")).toEqual([]);
  });
});

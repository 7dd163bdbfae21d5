/** What an import does: the plan, its file, the form, the probes. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { answer, Upstream, type Handler } from "../upstream/upstream.ts";
import { KEY, lists, Stage, type Run } from "./stage.ts";

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

describe("adding", () => {
  test("shows what it would do, and does nothing", async () => {
    const { status, out } = await stage.importing();
    expect(status).toBe(0);
    expect(out.split("\n").filter((line) => line.startsWith("  "))).toEqual([
      "  add        gpt-4o              llm             its name",
      "  add        bge-m3              text-embedding  its name",
      "  add        bge-reranker-v2-m3  rerank          its name",
      "  leave out  dall-e-3            -               it makes images",
    ]);
    expect(out).toContain("3 to add (1 llm, 1 text-embedding, 1 rerank), 0 there already, 1 left out.");
    expect(out).toContain("Nothing was changed.");
    expect(stage.savings()).toEqual([]);
  });

  test("adds with --yes, and nothing a second time", async () => {
    const first = await stage.importing("--yes");
    expect(first.status).toBe(0);
    expect(first.out).toMatch(/\[1\/3\] added {2}gpt-4o +llm +\d/);
    expect(first.out).toContain("3 added, 0 there already, 0 failed.");
    expect(stage.saved()).toEqual(["gpt-4o llm", "bge-m3 text-embedding", "bge-reranker-v2-m3 rerank"]);
    expect(stage.dify.saved[0]?.credentials).toEqual({
      endpoint_url: `${stage.server.origin}/v1`,
      api_key: KEY,
    });

    const second = await stage.importing("--yes");
    expect(second.status).toBe(0);
    expect(second.out).toContain(
      "  present    gpt-4o              llm             in the workspace already\n",
    );
    expect(second.out).toContain("0 added, 3 there already, 0 failed.");
    expect(stage.dify.saved).toHaveLength(3);
  });

  test("a model that fails stops no other, and is tried again", async () => {
    stage.dify.validate = ({ model }) =>
      model === "gpt-4o" ? `The server refused the key ${KEY}.` : undefined;
    const { status, out } = await stage.importing("--yes");
    expect(status).toBe(1);
    expect(out).toMatch(/\[1\/3\] FAILED gpt-4o .*\n {8}The server refused the key \*\*\*\.\n\[2\/3\] added/);
    expect(out).toContain("2 added, 0 there already, 1 failed.");

    stage.dify.validate = () => undefined;
    expect(await stage.importing("--yes")).toMatchObject({ status: 0 });
    expect(stage.saved()).toEqual(["bge-m3 text-embedding", "bge-reranker-v2-m3 rerank", "gpt-4o llm"]);
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
    const { status } = await stage.importing(...choices);
    expect(status).toBe(0);
    expect(stage.saved()).toEqual(["gpt-4o llm", "bge-m3 rerank"]);
  });

  test("a model that is there counts as what it is there", async () => {
    stage.dify.saved.push({ model: "gpt-4o", model_type: "rerank", credentials: {} });
    const { out } = await stage.importing("--only", "gpt-4o", "--yes");
    expect(out).toMatch(/present +gpt-4o +rerank/);
    expect(stage.dify.saved).toHaveLength(1);
    // Unless a person says that it is another type as well.
    await stage.importing("--only", "gpt-4o", "--type", "gpt-4o=llm", "--yes");
    expect(stage.saved()).toEqual(["gpt-4o rerank", "gpt-4o llm"]);
  });

  test("adds a model again that was taken off the list", async () => {
    stage.dify.saved.push({ model: "gpt-4o", model_type: "llm", credentials: {}, isOffList: true });
    const { out } = await stage.importing("--only", "gpt-4o", "--yes");
    expect(out).toContain("1 added, 0 there already");
  });

  test("says when a name in the workspace leads to another server", async () => {
    const credentials = { endpoint_url: "http://user:secret@other:8000?key=secret" };
    stage.dify.saved.push({ model: "gpt-4o", model_type: "llm", credentials });
    const { out } = await stage.importing("--only", "gpt-4o");
    expect(out).toMatch(
      /present +gpt-4o +llm +in the workspace already, at http:\/\/\*\*\*@other:8000\/v1\n/,
    );
    expect(out).not.toContain("secret");
  });

  test("a model of the workspace that Dify cannot show stops no other", async () => {
    await stage.importing("--only", "gpt-4o", "--yes");
    stage.dify.before = ({ method, url = "" }) =>
      method === "GET" && url.includes("/models/credentials")
        ? { status: 500, body: { code: "internal_server_error", message: "Internal Server Error" } }
        : undefined;
    const { status, out } = await stage.importing("--yes");
    expect(status).toBe(0);
    expect(out).toMatch(/present +gpt-4o +llm +in the workspace already, where Dify does not tell\n/);
    expect(out).toContain("2 added, 1 there already, 0 failed.");
  });

  test("leaves out what the provider has no type for", async () => {
    stage.server.handler = lists("omni-moderation-latest");
    const { out } = await stage.importing("--yes");
    expect(out).toContain("the provider has no type moderation");
    expect(stage.dify.saved).toEqual([]);
  });

  test("a name from the server does not steer the terminal", async () => {
    stage.server.handler = lists("gpt\u001B[2J-4o");
    const { out } = await stage.importing();
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
        { env: { DIFY_URL: stage.dify.address } },
        (failed, out, error) => resolve({ status: failed ? Number(failed.code) : 0, out, error }),
      );
    });
  expect(await start("--help")).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^Usage: import --url URL/),
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
    const { status } = await stage.importing(
      "--form",
      join(folder, "form.json"),
      "--only",
      "gpt-4o",
      "--yes",
    );
    expect(status).toBe(0);
    expect(stage.dify.saved[0]?.credentials).toEqual({
      endpoint_url: "http://inside:4000/v1",
      api_key: KEY,
      advanced: "manual",
      context_size: "8000",
    });
  });

  test("the list is the server's own, not its fallback's", async () => {
    const file = join(folder, "fallback.json");
    await writeFile(file, JSON.stringify({ fallback_url: stage.server.origin }));
    const gone = await Upstream.start();
    const { origin } = gone;
    await gone.close();
    const { status, error } = await stage.run(["--url", origin, "--form", file]);
    expect({ status, error }).toEqual({ status: 2, error: expect.stringContaining("ECONNREFUSED") });
    expect(stage.server.requests).toEqual([]);
  });

  test("the environment's key goes to the environment's server only", async () => {
    const pair = { ENDPOINT_URL: stage.server.origin, ENDPOINT_API_KEY: "sk-of-the-environment" };
    await stage.run(["--only", "gpt-4o"], pair);
    expect(stage.server.requests[0]?.headers.authorization).toBe("Bearer sk-of-the-environment");
    stage.server.requests.length = 0;
    await stage.run(["--url", stage.server.origin], pair);
    expect(stage.server.requests[0]?.headers.authorization).toBeUndefined();
  });
});

describe("plan", () => {
  test("is written, corrected and carried out", async () => {
    const file = join(folder, "plan.json");
    const dry = await stage.importing("--plan", file);
    expect(dry).toMatchObject({ status: 0 });
    const plan = JSON.parse(await readFile(file, "utf8"));
    expect(plan.server).toBe(`${stage.server.origin}/v1`);
    expect(plan.models[3]).toEqual({ model: "dall-e-3", type: null, why: "it makes images" });
    plan.models[0] = { model: "gpt-4o", type: "rerank" };
    plan.models[1] = { ...plan.models[1], form: { advanced: "manual", context_size: 512 } };
    plan.models[2].type = null;
    await writeFile(
      file,
      JSON.stringify({ ...plan, models: [{ model: "x", type: "llm", form: { x: "y" } }] }),
    );
    const dropped = await stage.importing("--yes", "--plan", file);
    expect(dropped).toMatchObject({ status: 2, error: expect.stringContaining("the form has no field x") });
    await writeFile(file, JSON.stringify(plan));

    const corrected = await readFile(file, "utf8");
    const shown = await stage.importing("--plan", file);
    expect(shown).toMatchObject({ status: 0, out: expect.stringMatching(/add +gpt-4o +rerank +the plan/) });
    expect(await readFile(file, "utf8")).toBe(corrected);
    expect(stage.savings()).toEqual([]);

    expect(await stage.importing("--yes", "--plan", file)).toMatchObject({ status: 0 });
    expect(stage.saved()).toEqual(["gpt-4o rerank", "bge-m3 text-embedding"]);
    expect(stage.dify.saved[1]?.credentials).toMatchObject({ context_size: "512" });

    const elsewhere = await stage.run(["--url", "http://other/v1", "--yes", "--plan", file]);
    expect(elsewhere).toMatchObject({ status: 2 });
    expect(elsewhere.error).toContain(`is a plan for ${stage.server.origin}/v1, not for http://other/v1.`);
  });

  test("says where it is none", async () => {
    const file = join(folder, "bad.json");
    await writeFile(file, '{"server":"x","models":[{"model":"a","type":"chat"}]}');
    const { status, error } = await stage.importing("--yes", "--plan", file);
    expect(status).toBe(2);
    expect(error).toMatch(/bad\.json is no plan:\n.*\n.*models\[0\]\.type/);
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
    stage.server.handler = embeds;
    const quiet = await stage.importing();
    expect(quiet.out).toContain("mystery  llm             nothing else fits (unclear)");
    expect(stage.server.requests.filter(({ method }) => method === "POST")).toEqual([]);

    const { out } = await stage.importing("--probe");
    expect(out).toMatch(/Asking 1 model what it is: .*\n {2}mystery: text-embedding\n/);
    expect(out).toContain("add        mystery  text-embedding  it answered as one");
    expect(stage.savings()).toEqual([]);
  });

  test("a model that answers as no type stays unclear", async () => {
    stage.server.handler = lists("mystery");
    const { out } = await stage.importing("--probe");
    expect(out).toContain("mystery: no type answered");
    expect(out).toContain("mystery  llm             nothing else fits (unclear)");
  });

  test("a server that is out of credit says nothing about a type", async () => {
    const poor = answer(
      { error: { message: "You exceeded your current quota", code: "insufficient_quota" } },
      429,
    );
    stage.server.handler = (request, response) =>
      (request.method === "POST" ? poor : lists("mystery"))(request, response);
    const { out } = await stage.importing("--probe");
    expect(out).toContain("mystery: not found out (no-credit)");
    expect(stage.server.requests.filter(({ path }) => path === "/v1/embeddings")).toEqual([]);
  });
});

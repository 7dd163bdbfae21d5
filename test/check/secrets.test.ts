/** Whatever a server repeats, and wherever it is told: no secret is shown. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secretForms } from "../stand-in-daemon/secret-forms.ts";
import { Upstream, type Handler } from "../upstream/upstream.ts";
import { runCheck } from "./run-check.ts";

const KEY = 'sk-"odd/key"+1234';
const HEADER = "team-secret-5678";
const PASSWORD = "pass-word-9012";

let upstream: Upstream;
let folder: string;

beforeAll(async () => {
  upstream = await Upstream.start();
  folder = await mkdtemp(join(tmpdir(), "check-secrets-"));
});
afterAll(async () => {
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
});

/** A careless server: everything it got stands in what it says, answers and refusals alike. */
const echo: Handler = (request, response) => {
  const said = `${String(request.headers.authorization)} ${String(request.headers["x-team"])} ${request.path}`;
  const isList = request.path.includes("/models");
  const isRefused = String(request.body).includes("temperature");
  const text = { role: "assistant", content: said };
  const body = isList
    ? { data: [{ id: "m-1" }], said }
    : isRefused
      ? { error: { message: `Refused: ${said}` } }
      : {
          choices: [{ message: text, finish_reason: "stop" }],
          usage: { prompt_tokens: 1, completion_tokens: 1 },
        };
  response.writeHead(isRefused ? 400 : 200, {
    "content-type": "application/json",
    "x-said": encodeURI(said),
  });
  response.end(JSON.stringify(body));
};

test("in no output", async () => {
  upstream.handler = echo;
  const form = {
    endpoint_url: `${upstream.origin.replace("//", `//admin:${PASSWORD}@`)}/v1?access=${HEADER}`,
    api_key: KEY,
    extra_headers: `{"X-Team": "${HEADER}"}`,
  };
  const files = ["junit", "markdown"].flatMap((name) => [`--${name}`, join(folder, name)]);
  const args = ["--form", "-", ...files, "--record", join(folder, "records")];
  const verbose = await runCheck([...args, "--verbose", "--model", "m-1"], { input: JSON.stringify(form) });
  const json = await runCheck(["--form", "-", "--json", "--model", "m-1"], { input: JSON.stringify(form) });
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const written = await Promise.all(
    names
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")),
  );
  // The server was really told, and what it said is really shown.
  expect(upstream.requests.some(({ headers }) => headers["authorization"] === `Bearer ${KEY}`)).toBe(true);
  expect(verbose.stdout).toContain("Refused: ");
  expect(written).toHaveLength(3);
  const everything = [verbose.stdout, verbose.stderr, json.stdout, json.stderr, ...written].join("\n");
  const shown = [KEY, HEADER, PASSWORD].flatMap(secretForms).filter((secret) => everything.includes(secret));
  expect(shown).toEqual([]);
});

test("a key from the environment goes to the host it was named for, and nowhere else", async () => {
  const other = await Upstream.start();
  other.handler = echo;
  upstream.handler = (request, response) => {
    if (request.method === "GET") return echo(request, response);
    response.writeHead(307, { location: `${other.origin}${request.path}` }).end();
    return undefined;
  };
  const env = { MY_KEY: "sk-mine-1234", OPENAI_API_KEY: "sk-nobody-asked" };
  await runCheck(
    [`${upstream.origin}/v1`, "--key-env", "MY_KEY", "--model", "m-1", "--compare", other.origin],
    { env },
  );
  await runCheck([`${other.origin}/v1`, "--model", "m-1", "--only", "models,chat"], { env });
  expect(upstream.requests.some(({ headers }) => headers["authorization"] === "Bearer sk-mine-1234")).toBe(
    true,
  );
  expect(other.requests.length).toBeGreaterThan(0);
  expect(other.requests.map(({ headers }) => headers["authorization"]).filter(Boolean)).toEqual([]);
  await other.close();
});

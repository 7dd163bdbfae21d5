/** The check command against the demo: options, outputs, exit codes. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { reportSchema } from "../../src/check/report.ts";
import { STAGE_IDS } from "../../src/check/stages.ts";
import { startDemoEndpoint, type DemoEndpoint } from "../../src/demo/server.ts";
import { answer, CA_CERTIFICATE, Upstream } from "../upstream/upstream.ts";
import { startProxy } from "../upstream/proxy.ts";
import { checkJson, ROOT, runCheck, stageOf } from "./run-check.ts";

let demo: DemoEndpoint;
let folder: string;

beforeAll(async () => {
  demo = await startDemoEndpoint({ apiKey: "sk-demo" });
  folder = await mkdtemp(join(tmpdir(), "check-test-"));
});
afterAll(async () => {
  await demo.close();
  await rm(folder, { recursive: true, force: true });
});

const KEY = { env: { DEMO_KEY: "sk-demo" } };
const withKey = (...args: string[]): string[] => [demo.url, "--key-env", "DEMO_KEY", ...args];

describe("reports", () => {
  test("a person reads one line a stage, and what to fill in", async () => {
    const { code, stdout, stderr } = await runCheck(withKey(), KEY);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^At most \d+ requests, about [\d,]+ tokens written and [\d,]+ read by models; /);
    expect(stdout).toMatch(/^No longer than 120 s for each thing asked, 1,800 s for all\.$/m);
    expect(stdout).toMatch(/^ {2}PASS {2}Chat, streamed +\d+ ms {2}first token after \d+ ms/m);
    expect(stdout).toMatch(/^READY {2}http:\/\/127\.0\.0\.1:\d+\/v1 {2}\(\d+ requests/m);
    expect(stdout).toMatch(/^ {2}Model name +demo-rerank$/m);
    expect(stdout).toMatch(/^ {2}API Key +\(the value of \$DEMO_KEY\)$/m);
    // No terminal: no colours, no line that changes.
    expect(stdout).not.toContain("\x1b");
  });

  test("a terminal gets colours and live progress, with NO_COLOR only the progress", async () => {
    const only = ["--only", "chat", "--model", "demo-chat"];
    const coloured = await runCheck(withKey(...only), { ...KEY, terminal: true });
    expect(coloured.stdout).toContain("\x1b[32mPASS \x1b[0m");
    expect(coloured.stdout).toContain("... Chat, whole, demo-chat");
    const plain = await runCheck(withKey(...only), { env: { ...KEY.env, NO_COLOR: "1" }, terminal: true });
    expect(plain.stdout).toContain("PASS  Chat, whole");
    expect(plain.stdout.replaceAll("\x1b[K", "")).not.toContain("\x1b[");
  });

  test("JSON is as the published schema says, and the schema as the types", async () => {
    const { report, stderr } = await checkJson(withKey("--stress", "--probe-auth"), KEY);
    expect(stderr).toBe("");
    const published: unknown = JSON.parse(await readFile(join(ROOT, "src/check/report.schema.json"), "utf8"));
    expect(published).toEqual(JSON.parse(JSON.stringify(reportSchema())));
    const schema = z.fromJSONSchema(published as Parameters<typeof z.fromJSONSchema>[0]);
    expect(schema.safeParse(report).error).toBeUndefined();
    expect(schema.safeParse({ ...report, version: 2 }).success).toBe(false);
    expect(report.servers[0]?.stages.map(({ stage }) => stage)).toEqual(
      expect.arrayContaining([...STAGE_IDS]),
    );
    expect(stageOf(report, "auth")?.summary).toBe("refused without the key, given with it");
  });

  test("JUnit and Markdown are written beside it", async () => {
    const [xml, page] = [join(folder, "check.xml"), join(folder, "check.md")];
    demo.faults.add("no tools");
    const { code } = await runCheck(withKey("--junit", xml, "--markdown", page, "--types", "llm"), KEY);
    demo.faults.clear();
    expect(code).toBe(0);
    const junit = await readFile(xml, "utf8");
    expect(junit).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites>\n {2}<testsuite name="http/,
    );
    expect(junit).toMatch(
      /<testcase classname="llm\.demo-chat" name="tools" time="[\d.]+"><system-out>unsupported:/,
    );
    expect(junit.match(/<testcase /g)).toHaveLength(14);
    const markdown = await readFile(page, "utf8");
    expect(markdown).toContain("ready with limitations");
    expect(markdown).toMatch(/^\| Tool calls \| demo-chat \| unsupported \|/m);
    expect(markdown).toMatch(/^\| Tool calling \| Off \|$/m);
  });

  test("two servers are told side by side, and the second gets no key of the first", async () => {
    const { report, code } = await checkJson(
      withKey("--model", "demo-chat", "--only", "auth,models,chat", "--compare", demo.url),
      KEY,
    );
    expect(code).toBe(2);
    expect(report.servers.map(({ verdict }) => verdict)).toEqual(["ready", "not ready"]);
    const { stdout } = await runCheck(
      withKey("--only", "stream", "--compare", demo.url, "--compare-key-env", "DEMO_KEY"),
      KEY,
    );
    expect(stdout).toMatch(/^ {2}llm stream +pass, \d+ ms +pass, \d+ ms$/m);
    expect(stdout).toMatch(/^ {6}first token, ms +[\d.]+ +[\d.]+$/m);
  });
});

describe("choices", () => {
  test.each([
    [
      ["--only", "models,rerank"],
      ["models", "rerank"],
    ],
    [
      ["--skip", "url,network,http,auth", "--types", "tts"],
      ["models", "tts"],
    ],
    [
      ["--types", "rerank,moderation", "--only", "rerank,moderation"],
      ["rerank", "moderation"],
    ],
    [
      ["--model", "tts=demo-speech", "--model", "demo-chat", "--only", "tts,chat"],
      ["tts", "chat"],
    ],
    [["--model", "demo-embedding", "--only", "embeddings"], ["embeddings"]],
  ])("%j", async (args, stages) => {
    const { report } = await checkJson(withKey(...args), KEY);
    expect(report.servers[0]?.stages.map(({ stage, verdict }) => [stage, verdict])).toEqual(
      stages.map((stage) => [stage, "pass"]),
    );
  });

  test("a model is tried several times, and every failure counts", async () => {
    const { report } = await checkJson(withKey("--repeat", "3", "--only", "chat"), KEY);
    expect(stageOf(report, "chat")?.runs).toMatchObject({ count: 3, passed: 3 });
    expect(stageOf(report, "chat")?.requests).toBe(3);
  });

  test("a form is tried as it is, but for its wish to be trusted", async () => {
    const form = {
      endpoint_url: demo.url,
      api_key: "sk-wrong",
      model: "demo-chat",
      skip_validation: "on",
      context_size: 4096,
    };
    const file = join(folder, "form.json");
    await writeFile(file, JSON.stringify(form));
    const refused = await checkJson(["--form", file]);
    expect(refused.code).toBe(2);
    expect(stageOf(refused.report, "stream")?.problems[0]).toMatchObject({
      diagnosis: "key-refused",
      field: "api_key",
      label: "API Key",
    });
    expect(refused.stdout).not.toContain("sk-wrong");
    const mended = await checkJson(["--form", "-"], {
      input: JSON.stringify({ ...form, api_key: "sk-demo" }),
    });
    expect(mended.code).toBe(0);
    expect(mended.report.servers[0]?.forms[0]?.fields).toContainEqual({
      field: "context_size",
      label: "Context size",
      shown: "4096",
      value: "4096",
    });
  });

  test("recordings are cases for the tests, without secrets", async () => {
    const records = join(folder, "records");
    await runCheck(withKey("--record", records), KEY);
    expect((await readdir(records)).toSorted()).toEqual(
      ["llm", "moderation", "rerank", "speech2text", "text-embedding", "tts"].map((type) => `${type}.json`),
    );
    const all = await Promise.all(
      (await readdir(records)).map((name) => readFile(join(records, name), "utf8")),
    );
    expect(all.join("")).not.toContain("sk-demo");
  });
});

describe("exit codes", () => {
  test.each([
    [[], "Which server?"],
    [["http://host", "http://other"], "One address is enough"],
    [["http://host", "--seal"], "Unknown option '--seal'"],
    [["http://host", "--types", "chat"], "Unknown type chat"],
    [["http://host", "--only", "talk"], "unknown stage talk"],
    [["http://host", "--repeat", "0"], "--repeat must be"],
    [["http://host", "--timeout", "soon"], "--timeout must be"],
    [["http://host", "--key-env", "NO_SUCH_KEY"], "The environment holds no NO_SUCH_KEY"],
    [["--form", "none.json"], "ENOENT"],
    [["http://host", "--json", "--junit", "-"], "One report fits into standard output"],
  ])("64 for %j", async (args, words) => {
    const { code, stdout, stderr } = await runCheck(args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
    expect(stderr).toContain(words);
    expect(stderr).toContain("Usage: check URL");
  });

  test("64 for a form that is no JSON, of which nothing is shown", async () => {
    const { code, stderr } = await runCheck(["--form", "-"], { input: '{"api_key": "sk-secret-1"' });
    expect(code).toBe(64);
    expect(stderr).toContain("The form is not JSON.");
    expect(stderr).not.toContain("sk-secret");
  });

  test("64 when a form's key would go to another host", async () => {
    const form = { endpoint_url: "https://one.example/v1", api_key: "sk-secret-1" };
    const { code, stderr } = await runCheck(["https://two.example", "--form", "-"], {
      input: JSON.stringify(form),
    });
    expect(code).toBe(64);
    expect(stderr).toContain("The form is for https://one.example, not for https://two.example");
  });

  test("1 for limitations with --strict only", async () => {
    demo.faults.add("ignores formats");
    const args = withKey("--only", "structured", "--types", "llm");
    expect((await runCheck(args, KEY)).code).toBe(0);
    expect((await runCheck([...args, "--strict"], KEY)).code).toBe(1);
    demo.faults.clear();
    expect((await runCheck([...args, "--strict"], KEY)).code).toBe(0);
  });

  test("2 for a server that cannot be used, 3 for one that is not there", async () => {
    expect((await runCheck([demo.url, "--model", "demo-chat"])).code).toBe(2);
    const gone = await startDemoEndpoint();
    await gone.close();
    const { code, stdout } = await runCheck([gone.url]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/FAIL {2}Name, connection, certificate .* Nothing listens at/);
    expect(stdout).toMatch(/skip {2}Chat, streamed .* the server cannot be reached/);
  });
});

test("a server that fails over a missing key does not refuse it", async () => {
  const upstream = await Upstream.start();
  upstream.handler = (request, response) => {
    if (request.headers.authorization !== undefined)
      return answer({ data: [{ id: "m-1" }] })(request, response);
    response.writeHead(500, { "x-should-retry": "false" }).end("Internal Server Error");
    return undefined;
  };
  const args = [upstream.origin, "--key-env", "DEMO_KEY", "--probe-auth", "--only", "auth"];
  const { report } = await checkJson(args, KEY);
  await upstream.close();
  expect(stageOf(report, "auth")?.summary).toBe("not given without the key (500), given with it");
});

describe("nothing is ready that was not tried", () => {
  test("what stands in the way is told, though it was not asked for", async () => {
    const slow = await startDemoEndpoint({ faults: ["slow first byte"] });
    const args = ["--model", "llm=demo-chat", "--only", "chat", "--timeout", "0.3"];
    const { report, code } = await checkJson([slow.url, ...args]);
    await slow.close();
    expect(code).toBe(3);
    expect(report.servers[0]?.stages.map(({ stage, verdict }) => [stage, verdict])).toEqual([
      ["http", "timeout"],
      ["chat", "skip"],
    ]);
    expect(stageOf(report, "http")?.problems[0]?.hint).toContain("Raise --timeout");
  });

  test("a type that was asked for and is not listed fails", async () => {
    const upstream = await Upstream.start();
    upstream.handler = answer({ data: [{ id: "bge-m3" }] });
    const { report, code } = await checkJson([upstream.origin, "--only", "rerank", "--types", "rerank"]);
    const untold = await checkJson([upstream.origin, "--only", "rerank"]);
    await upstream.close();
    expect(code).toBe(2);
    expect(stageOf(report, "rerank")?.problems[0]).toMatchObject({
      cause: "The server lists no model for rerank.",
      curl: expect.stringContaining("/models") as string,
    });
    expect(stageOf(untold.report, "rerank")?.verdict).toBe("skip");
    expect(untold.code).toBe(2);
  });

  test("when the whole time is over, that is told once, and nothing else is blamed", async () => {
    const slow = await startDemoEndpoint({ faults: ["slow first byte"] });
    const { report } = await checkJson([
      slow.url,
      "--types",
      "llm",
      "--total",
      "3.5",
      "--only",
      "tools,files",
    ]);
    await slow.close();
    const [over] = stageOf(report, "tools")?.problems ?? [];
    expect(over).toMatchObject({ cause: "The time for the whole check is over." });
    expect(over?.limitation).toBeUndefined();
    expect(stageOf(report, "tools")?.problems).toHaveLength(1);
    expect(stageOf(report, "files")).toMatchObject({
      verdict: "skip",
      summary: "the time for the whole check is over",
    });
  });
});

describe("words", () => {
  test("a server on this machine is elsewhere for Dify in Docker", async () => {
    const { stdout } = await runCheck(withKey("--only", "chat", "--types", "llm"), KEY);
    const inside = demo.url.replace("127.0.0.1", "host.docker.internal");
    expect(stdout).toContain(`Base URL    ${demo.url} (from Dify in Docker: ${inside})`);
  });

  test("of several problems, each hint stands under its cause", async () => {
    demo.faults.add("ignores formats");
    const { stdout } = await runCheck(withKey("--only", "structured", "--types", "llm"), KEY);
    demo.faults.clear();
    expect(
      stdout.match(/^ {10}(?:cause|hint) {4,5}\S+/gm)?.map((line) => line.trim().split(/ +/)[0]),
    ).toEqual(["cause", "hint", "cause", "hint"]);
  });

  test("two servers are told apart while they are checked", async () => {
    const args = ["--only", "chat", "--model", "llm=demo-chat", "--compare", demo.url];
    const { stdout } = await runCheck(withKey(...args, "--compare-key-env", "DEMO_KEY"), KEY);
    const [, first = "", second = ""] = stdout.split(`${demo.url}\nAt most `);
    for (const part of [first, second]) expect(part).toMatch(/^llm, model demo-chat$/m);
  });

  test("nobody who stops reading sees a stack", async () => {
    const script = '"$0" "$@" | head -n 1; echo "${PIPESTATUS[0]}"';
    const command = join(ROOT, "src/cli/check.ts");
    const { stdout, stderr } = await promisify(execFile)("bash", [
      "-c",
      script,
      process.execPath,
      command,
      demo.url,
    ]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^At most .*\n141\n$/);
  });
});

describe("the way to a server", () => {
  test("an unknown authority's certificate is refused, until the form has it", async () => {
    const upstream = await Upstream.start("https");
    upstream.handler = answer({ data: [{ id: "m-1" }] });
    const form = { endpoint_url: upstream.origin, ca_certificate: CA_CERTIFICATE };
    const only = ["--only", "network,models", "--form", "-"];
    const refused = await checkJson(only, { input: JSON.stringify({ ...form, ca_certificate: "" }) });
    const taken = await checkJson(only, { input: JSON.stringify(form) });
    await upstream.close();
    expect(refused.code).toBe(3);
    expect(stageOf(refused.report, "network")?.problems[0]).toMatchObject({
      diagnosis: "certificate-unknown",
      field: "ca_certificate",
    });
    expect(taken.code).toBe(0);
    expect(stageOf(taken.report, "network")?.summary).toMatch(
      /TLS in \d+ ms, certificate of .+ until 2\d{3}-/,
    );
  });

  test("a proxy looks names up by itself", async () => {
    const upstream = await Upstream.start();
    upstream.handler = answer({ data: [{ id: "m-1" }] });
    const proxy = await startProxy({ standIn: { plain: upstream, secure: upstream } });
    const env = { HTTP_PROXY: proxy.url };
    const { report } = await checkJson(["http://only-the-proxy.knows/v1", "--only", "network,models"], {
      env,
    });
    await proxy.close();
    await upstream.close();
    expect(stageOf(report, "network")).toMatchObject({
      verdict: "pass",
      evidence: { proxy: `${proxy.url}/` },
    });
    expect(stageOf(report, "models")?.verdict).toBe("pass");
  });
});

test("help names every stage and option", async () => {
  const { code, stdout } = await runCheck(["--help"]);
  expect(code).toBe(0);
  for (const id of STAGE_IDS) expect(stdout).toContain(id);
});

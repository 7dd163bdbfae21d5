/** What saving a model asks of a server, what is written back into the form, and what an admin reads. */
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { StandInDaemon, type Reply } from "../stand-in-daemon/stand-in-daemon.ts";
import { bodyOf, except, goodServer, listing } from "../upstream/good-server.ts";
import { startProxy } from "../upstream/proxy.ts";
import { answer, answerEvents, CA_CERTIFICATE, tlsFile, Upstream } from "../upstream/upstream.ts";
import { validate as saveAt, type ValidationCase } from "./validation-case.ts";

type Form = Record<string, unknown>;

const rows = JSON.parse(
  readFileSync(join(import.meta.dirname, "diagnoses.json"), "utf8"),
) as ValidationCase[];

const TYPES = ["llm", "text-embedding", "rerank", "speech2text", "tts", "moderation"] as const;

let daemon: StandInDaemon;
let upstream: Upstream;
/** A name of its own for each test: what is remembered is remembered by model. */
let model: string;
let count = 0;

beforeAll(async () => {
  upstream = await Upstream.start();
  daemon = await StandInDaemon.launch(inject("packageFolder"));
});
afterAll(async () => {
  await daemon.close();
  await upstream.close();
});
beforeEach(() => {
  upstream.requests.length = 0;
  upstream.handler = goodServer();
  daemon.log.length = 0;
  model = `m-${(count += 1)}`;
});

function call(data: { action: string } & Record<string, unknown>, form: Form, type = "llm"): Promise<Reply> {
  const credentials = { endpoint_url: `${upstream.origin}/v1`, api_key: "sk-secret", ...form };
  return daemon.call({ provider: "p", model, model_type: type, credentials, ...data });
}

const save = (form: Form = {}, type = "llm") => call({ action: "validate_model_credentials" }, form, type);

const CALLS: Readonly<Record<string, { action: string } & Record<string, unknown>>> = {
  llm: { action: "invoke_llm", prompt_messages: [{ role: "user", content: "hi" }], stream: true },
  "text-embedding": { action: "invoke_text_embedding", texts: ["a", "b"], input_type: "document" },
  rerank: { action: "invoke_rerank", query: "q", docs: ["a", "b"] },
  speech2text: {
    action: "invoke_speech2text",
    file: "524946462400000057415645666d74201000000001000100401f0000803e0000020010006461746100000000",
  },
  tts: { action: "invoke_tts", content_text: "x", voice: "alloy", tenant_id: "t" },
  moderation: { action: "invoke_moderation", text: "x" },
};
const use = (form: Form = {}, type = "llm") => call(CALLS[type] ?? { action: "" }, form, type);

const posts = () => upstream.requests.filter(({ method }) => method === "POST");
const paths = () => posts().map(({ path }) => path);
const written = ({ pieces }: Reply) =>
  (pieces as { result: boolean; credentials?: Record<string, string> }[])[0]?.credentials ?? {};

describe("an admin reads", () => {
  let messages: readonly (string | undefined)[];

  // All at once: those that are asked again wait for seconds.
  beforeAll(async () => {
    messages = await Promise.all(rows.map((row) => saveAt(daemon, row)));
  });

  test.each(rows.map((row, i) => [`${row.row}, ${row.server}`, i] as const))("%s", (_name, i) => {
    expect(messages[i]).toBe(rows[i]?.message);
  });

  test("a message for every body that is known of servers", () => {
    const covered = new Set(rows.map(({ row }) => row));
    const missing = Array.from({ length: 72 }, (_, i) => `b${i + 1}`).filter((row) => !covered.has(row));
    expect(missing).toEqual([]);
  });

  test("the same facts in every message: status, method, address, model, and the mode of a language model", () => {
    for (const { message = "", status, type, credentials } of rows) {
      if (message === "") continue;
      expect(message).toMatch(new RegExp(`(?:${status}|200) from POST \\{origin\\}/v1/[a-z/]+, model "x"`));
      if (type === "llm") expect(message).toContain(`mode ${credentials?.["mode"] ?? "chat"}`);
      expect(message).not.toContain("sk-s");
    }
  });
});

describe("what the guides warn of does not happen", () => {
  test.each([
    ["3.3", "/v1/chat/completions"],
    ["3.3", "/v1/embeddings"],
    ["3.4", ""],
    ["3.4", "/"],
    ["3.5", "/v1/v1"],
  ])("%s, pasted %j, each type reaches its address", async (_row, pasted) => {
    for (const type of TYPES) {
      upstream.requests.length = 0;
      // oxlint-disable-next-line no-await-in-loop
      expect((await save({ endpoint_url: `${upstream.origin}${pasted}` }, type)).error).toBeUndefined();
      expect(paths().every((path) => path.startsWith("/v1/") && !path.startsWith("/v1/v1"))).toBe(true);
    }
  });

  test("3.7, a stream of another shape is read", async () => {
    upstream.handler = except(
      (request) => bodyOf(request).stream === true,
      answerEvents([
        'data:{"choices":[{"message":{"content":"ok"}}]}\r\n\r\n',
        'data: {"choices":[{"finish_reason":"stop"}]}\n\n',
      ]),
    );
    expect((await save()).error).toBeUndefined();
  });

  test.each([
    ["Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1.", 16],
    ["max_tokens_too_small", 64],
    ["max_tokens must be at least 20", 20],
    ["Could not finish the message because max_tokens or model output limit was reached.", 60],
    ["max_tokens 最小为 32", 32],
    ["max_tokens should be larger than 20", 20],
    ["max_tokens: must be between 32 and 4096", 32],
    ["the valid range of max_tokens is [32, 8192]", 32],
    ["max_tokens is too low", 20],
    ["max_completion_tokens too few", 20],
    ["max_tokens 不能小于 20", 20],
    ["`max_tokens` must be greater than `thinking.budget_tokens`", 1_000],
  ])("3.11, too few tokens, said as %j", async (message, least) => {
    upstream.handler = except(
      (request) => {
        const { max_tokens } = bodyOf(request);
        return typeof max_tokens === "number" && max_tokens < least;
      },
      answer({ error: { message } }, 400),
    );
    expect((await save()).error).toBeUndefined();
  });

  test("3.12, a call over the model's limits quotes them, with the field", async () => {
    const tooMany = "max_tokens is too large: 9000. This model supports at most 4096 completion tokens.";
    upstream.handler = answer({ error: { message: tooMany, param: "max_tokens" } }, 400);
    const { error } = await call(
      { ...CALLS["llm"], action: "invoke_llm", model_parameters: { max_tokens: 9000 } },
      {},
    );
    expect(error?.message).toContain(
      'More tokens are asked for than the model writes (at most 4096). Set "Upper bound for max tokens" to 4096.',
    );
  });

  test("3.8, a call with an image names the field", async () => {
    upstream.handler = answer({ error: { message: "image_url is not supported by this model" } }, 400);
    const image = {
      type: "image",
      format: "png",
      base64_data: "iVBORw0KGgo=",
      mime_type: "image/png",
      url: "",
    };
    const prompt_messages = [{ role: "user", content: [image, { type: "text", data: "What is it?" }] }];
    const { error } = await call({ ...CALLS["llm"], action: "invoke_llm", prompt_messages }, {});
    expect(error?.message).toMatch(/^The model cannot see images\. Set "Image input" to Off/);
  });

  test("3.14, a language model is asked in a stream, as a whole, and with a tool", async () => {
    expect((await save()).error).toBeUndefined();
    const asked = posts().map((request) => bodyOf(request));
    expect(asked.map(({ stream, tools }) => [stream, Array.isArray(tools)])).toEqual([
      [true, false],
      [false, false],
      [true, true],
    ]);
    for (const { max_tokens } of asked) expect(max_tokens).toBeLessThanOrEqual(64);
  });

  test("3.15, two texts are embedded, and the vectors' size is known then", async () => {
    const reply = await save({}, "text-embedding");
    expect(posts().map((request) => bodyOf(request).input)).toEqual([["ping", "pong"]]);
    expect(written(reply)).toEqual({ learned: '{"dimensions":3}' });
    const schema = await call({ action: "get_ai_model_schemas" }, written(reply), "text-embedding");
    expect(JSON.stringify(schema.pieces)).not.toBe("[]");
  });

  test("3.18, a refused parameter is left out once, told in the log, and remembered", async () => {
    upstream.handler = except(
      (request) => "temperature" in bodyOf(request),
      answer({ error: { message: "Unsupported parameter: 'temperature'", param: "temperature" } }, 400),
    );
    expect((await save({ extra_body: '{"temperature":0.2}' })).error).toBeUndefined();
    expect(posts()).toHaveLength(4);
    expect(daemon.log.join("\n")).toContain('"temperature" is left out');
  });

  test.each([
    ["3.19", 429, "InvokeRateLimitError"],
    ["3.20", 503, "InvokeServerUnavailableError"],
  ])(
    "%s, a failure that may pass is met with patience, then told by its class",
    async (_row, status, type) => {
      upstream.handler = answer("", status, { "retry-after-ms": "1" });
      expect((await use()).error?.type).toBe(type);
      expect(posts().length).toBeGreaterThanOrEqual(3);
    },
  );

  test("3.22, 3.23: every answer tells its usage, its price and how long it took", async () => {
    const { pieces } = await use({ input_price: "1", output_price: "2" });
    const usage = (pieces as { delta: { usage: Record<string, unknown> | null } }[]).at(-1)?.delta.usage;
    expect(usage).toMatchObject({ prompt_tokens: 2, completion_tokens: 1, total_price: "0.000004" });
    expect(usage?.["latency"]).toBeGreaterThan(0);
  });

  test("3.24, a key that the server repeats is told to nobody", async () => {
    upstream.handler = answer({ error: { message: "Incorrect API key provided: sk-secret" } }, 401);
    const { error } = await save();
    expect(error?.message).toContain("Incorrect API key provided: ***");
    expect(daemon.complaints).toEqual([]);
  });

  test("3.25, a failure has one text and one class for all types", async () => {
    upstream.handler = answer({ error: { message: "Incorrect API key provided" } }, 401);
    for (const type of TYPES) {
      // oxlint-disable-next-line no-await-in-loop
      const [saved, used] = [await save({}, type), await use({}, type)];
      expect(saved.error?.type).toBe("CredentialsValidateFailedError");
      expect(used.error?.type).toBe("InvokeAuthorizationError");
      for (const { error } of [saved, used]) expect(error?.message).toMatch(/^The server refused the key\. /);
    }
  });

  test("every row of the guides has its case", () => {
    const file = readFileSync(import.meta.filename, "utf8");
    const covered = new Set(rows.map(({ row }) => row));
    const missing = Array.from({ length: 25 }, (_, i) => `3.${i + 1}`).filter(
      (row) => !covered.has(row) && !new RegExp(`"${row.replace(".", "\\.")}[",]|, ${row}:`).test(file),
    );
    expect(missing).toEqual([]);
  });
});

/** The cause and the remedy are what stands before the facts. */
async function causeOf(form: Form): Promise<string | undefined> {
  const { error } = await save(form);
  expect(error?.type).toBe("CredentialsValidateFailedError");
  return error?.message.split(/ (?:No answer|\d{3})(?: \(\w+\))? from POST http/)[0];
}

describe("a server that cannot be reached", () => {
  let secure: Upstream;
  let selfSigned: Upstream;
  let expired: Upstream;

  beforeAll(async () => {
    [secure, selfSigned, expired] = await Promise.all([
      Upstream.start("https"),
      Upstream.start("https", "self-signed"),
      Upstream.start("https", "expired"),
    ]);
    for (const one of [secure, selfSigned, expired]) one.handler = goodServer();
  });
  afterAll(() => Promise.all([secure, selfSigned, expired].map((one) => one.close())));

  test("because nobody knows its name", async () => {
    expect(await causeOf({ endpoint_url: "https://api.nowhere.invalid/v1" })).toBe(
      'There is no host "api.nowhere.invalid". Correct "Base URL"; Dify\'s plugin daemon must know the name.',
    );
  });

  test("because nothing listens there", async () => {
    expect(await causeOf({ endpoint_url: "http://ada:pa55word@127.0.0.1:9/v1" })).toBe(
      "Nothing listens at http://127.0.0.1:9, seen from Dify's plugin daemon. If that runs in a container and " +
        'the server on its host, set "Base URL" to http://***@host.docker.internal:9/v1.',
    );
  });

  test("because its certificate comes from nobody known", async () => {
    expect(await causeOf({ endpoint_url: secure.origin })).toBe(
      "The server's certificate comes from an unknown authority. Paste the authority's certificate into \"CA certificate\".",
    );
  });

  test("because its certificate is its own", async () => {
    expect(await causeOf({ endpoint_url: selfSigned.origin })).toBe(
      'The server\'s certificate is self-signed. Paste that certificate into "CA certificate".',
    );
    const ca_certificate = tlsFile("self-signed.pem");
    expect((await save({ endpoint_url: selfSigned.origin, ca_certificate })).error).toBeUndefined();
  });

  test("because its certificate has expired", async () => {
    const ca_certificate = tlsFile("expired.pem");
    expect(await causeOf({ endpoint_url: expired.origin, ca_certificate })).toMatch(
      /^The server's certificate has expired.*"Verify TLS certificates" to Off/,
    );
  });

  test("because its certificate is another host's", async () => {
    const proxy = await startProxy({ standIn: { plain: upstream, secure } });
    const form = { proxy_url: proxy.url, ca_certificate: CA_CERTIFICATE };
    expect(await causeOf({ endpoint_url: "https://api.example.invalid/v1", ...form })).toBe(
      "The server's certificate is for another host than api.example.invalid. Use the certificate's host in \"Base URL\".",
    );
    await proxy.close();
  });

  test("because it speaks http", async () => {
    const endpoint_url = upstream.origin.replace("http:", "https:");
    expect(await causeOf({ endpoint_url })).toBe(
      `The server speaks http, not https, at this port. Set "Base URL" to ${upstream.origin}/v1.`,
    );
  });

  test.each([
    ["hangs up", () => secure.origin],
    ["says so", () => upstream.origin.replace("http:", "https:")],
  ])("because it speaks https, and %s", async (how, origin) => {
    upstream.handler = answer(
      "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>",
      400,
    );
    expect(await causeOf({ endpoint_url: origin().replace("https:", "http:") })).toBe(
      `The server speaks https, not http, at this port. Set "Base URL" to ${origin()}/v1.`,
    );
    expect(["hangs up", "says so"]).toContain(how);
  });

  test("because the proxy is not there", async () => {
    expect(await causeOf({ proxy_url: "http://127.0.0.1:9" })).toMatch(
      /^The proxy cannot be reached.*"Proxy"/,
    );
  });

  test("in time", async () => {
    // Whoever wants a certificate gets none.
    const silent = createServer((socket) => void socket.on("error", () => undefined).resume());
    await new Promise<void>((resolve) => void silent.listen(0, "127.0.0.1", resolve));
    const endpoint_url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/v1`;
    expect(await causeOf({ endpoint_url, connect_timeout: "0.2" })).toMatch(
      /did not answer the connection in time\. Check host and port in "Base URL".*"Connect timeout"/,
    );
    silent.close();
  });

  test.each([
    [
      "first_byte_timeout",
      /^The server took longer to begin its answer than "First byte timeout" allows\. Raise it/,
    ],
    ["request_timeout", /^The whole answer took longer than "Request timeout" allows\. Raise it/],
  ])("in time for %s", async (field, message) => {
    upstream.handler = () => undefined;
    expect(await causeOf({ [field]: "0.2" })).toMatch(message);
  });

  test("in time for idle_timeout", async () => {
    upstream.handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"delta":{"content":"o"}}]}\n\n');
    };
    expect(await causeOf({ idle_timeout: "0.2" })).toMatch(
      /^The server fell silent for longer than "Idle timeout"/,
    );
  });
});

describe("saving", () => {
  test("asks the smallest of each type", async () => {
    const asked: Record<string, unknown> = {};
    for (const type of TYPES) {
      upstream.requests.length = 0;
      // oxlint-disable-next-line no-await-in-loop
      expect((await save({}, type)).error).toBeUndefined();
      asked[type] = posts().map((request) => {
        const { input, documents } = bodyOf(request);
        return input ?? documents ?? (request.body.includes("RIFF") ? "a WAV" : "chat");
      });
    }
    expect(asked).toEqual({
      llm: ["chat", "chat", "chat"],
      "text-embedding": [["ping", "pong"]],
      rerank: [["pong", "a bird"]],
      speech2text: ["a WAV"],
      tts: ["One two three."],
      moderation: [["ping"]],
    });
  });

  test("stops at the first failure", async () => {
    upstream.handler = answer({ error: { message: "Incorrect API key provided" } }, 401);
    await save();
    expect(posts()).toHaveLength(1);
  });

  test.each([
    [{ streaming: "off" }, [false, false]],
    [{ function_calling_type: "no_call" }, [true, false]],
    [{ mode: "completion" }, [true, false]],
  ])("with %j asks only what the form is for", async (form, streams) => {
    expect((await save(form)).error).toBeUndefined();
    expect(posts().map((request) => bodyOf(request).stream)).toEqual(streams);
  });

  test("asks nothing when the form skips it, but reads the form", async () => {
    expect((await save({ skip_validation: "on" })).error).toBeUndefined();
    expect(upstream.requests).toEqual([]);
    const { error } = await save({
      skip_validation: "on",
      endpoint_url: "https://<host>/v1",
      context_size: "many",
    });
    expect(error?.message).toBe(
      '"Base URL" contains a placeholder. It should look like https://host/v1. "Context size" must be a whole number of tokens, at least 1.',
    );
  });

  test("a model that answers the tool's question in words is fine", async () => {
    expect((await save({ function_calling_type: "tool_call" })).error).toBeUndefined();
  });

  const noTools = except(
    (request) => "tools" in bodyOf(request),
    answer({ error: { message: "registry/x does not support tools" } }, 400),
  );

  test("a tool call that is refused is noted, unless it was asked for by hand", async () => {
    upstream.handler = noTools;
    expect((await save()).error).toBeUndefined();
    expect(daemon.log.join("\n")).toContain("the tool call was refused");
    for (const function_calling_type of ["tool_call", "function_call"]) {
      upstream.handler = except(
        (request) => "tools" in bodyOf(request) || "functions" in bodyOf(request),
        answer({ error: { message: "x does not support tools" } }, 400),
      );
      // oxlint-disable-next-line no-await-in-loop
      const { error } = await save({ function_calling_type });
      expect(error?.message).toContain('Set "Tool calling" to Off');
    }
  });

  test("a tool call that fails for another reason is no proof", async () => {
    upstream.handler = except(
      (request) => "tools" in bodyOf(request),
      answer({ error: "Incorrect API key" }, 401),
    );
    expect((await save()).error?.message).toContain("refused the key");
  });

  const NO_ANSWERS: [string, ReturnType<typeof answer>][] = [
    ["a web page", answer("<!doctype html><title>Welcome</title>", 200, { "content-type": "text/html" })],
    ["an empty object", answer({})],
    ["nothing", answer("")],
    ["a failure in a 200", answer({ error: { message: "no", code: 400 } })],
    ["an empty stream", answerEvents([])],
    ["an end alone", answerEvents(["data: [DONE]\n\n"])],
    ["a list of nothing", answer({ choices: [], data: [], results: [], text: null })],
    ["null", answer("null")],
  ];
  test.each(NO_ANSWERS.flatMap(([name, handler]) => TYPES.map((type) => [name, type, handler] as const)))(
    "%s is no answer to %s",
    async (_name, type, handler) => {
      upstream.handler = handler;
      const { error } = await save({}, type);
      expect(error?.type).toBe("CredentialsValidateFailedError");
      expect(error?.message).toContain(`from POST ${upstream.origin}/v1/`);
    },
  );

  test.each([
    ["one vector for two texts", "text-embedding", { data: [{ index: 0, embedding: [1] }] }],
    ["vectors without numbers", "text-embedding", { data: [{ embedding: [] }, { embedding: [] }] }],
    ["vectors of two sizes", "text-embedding", { data: [{ embedding: [1] }, { embedding: [1, 2] }] }],
    ["no scores", "rerank", { results: [{ index: 0 }, { index: 1 }] }],
    ["one score for two documents", "rerank", { results: [{ index: 0, relevance_score: 1 }] }],
    ["an index of no document", "rerank", { results: [{ index: 7, relevance_score: 1 }] }],
    ["no verdict", "moderation", { results: [{}] }],
  ])("%s is no answer", async (_name, type, body) => {
    upstream.handler = answer(body);
    const { error } = await save({}, type);
    expect(error?.type).toBe("CredentialsValidateFailedError");
    expect(error?.message).toMatch(/ 200 from POST http:\S+, model "m-\d+"/);
  });

  test("an audio of no bytes is no answer", async () => {
    upstream.handler = answer("", 200, { "content-type": "audio/mpeg" });
    expect((await save({}, "tts")).error?.message).toContain("200 from POST");
  });
});

/** Dify stores what validation returns over what was typed. */
const merged = (form: Form, reply: Reply): Form => ({ ...form, ...written(reply) });

describe("what is written back", () => {
  /** It knows only what is stored. */
  let other: StandInDaemon;

  beforeAll(async () => {
    other = await StandInDaemon.launch(inject("packageFolder"));
  });
  afterAll(() => other.close());

  test.each(
    TYPES.flatMap((type) => [
      ["a bare host", "", "/v1", type] as const,
      ["an API at an unusual place", "/v1", "", type] as const,
      ["a path of its own", "/proxy/v1", "/proxy/v1", type] as const,
    ]),
  )("of %s leads to the same requests, and stays: %s → %s, %s", async (_name, pasted, base, type) => {
    upstream.handler = goodServer(base);
    const typed = { endpoint_url: `${upstream.origin}${pasted}` };
    const first = await save(typed, type);
    expect(first.error).toBeUndefined();
    const found = paths().at(-1);
    const form = merged(typed, first);
    const target = { provider: "p", model, model_type: type, credentials: { api_key: "sk-secret", ...form } };
    upstream.requests.length = 0;
    const used = await other.call({ ...target, ...CALLS[type], action: String(CALLS[type]?.action) });
    expect(used.error).toBeUndefined();
    expect([...new Set(paths())]).toEqual([found]);
    const { learned: _dropped, ...drawn } = form as Record<string, string>;
    const again = await other.call({
      ...target,
      action: "validate_model_credentials",
      credentials: { api_key: "sk-secret", ...drawn },
    });
    expect(merged(drawn, again)).toEqual(form);
  });

  test.each([
    ["the wanted type's own endpoint", "/v1/chat/completions"],
    ["a query", "/v1?tenant=a"],
  ])("is nothing of %s", async (_name, pasted) => {
    const reply = await save({ endpoint_url: `${upstream.origin}${pasted}` });
    expect(reply.error).toBeUndefined();
    expect(reply.pieces).toEqual([{ result: true }]);
  });

  test("is the base of another type's endpoint", async () => {
    const reply = await save({ endpoint_url: `${upstream.origin}/v1/chat/completions` }, "text-embedding");
    expect(written(reply)["endpoint_url"]).toBe(`${upstream.origin}/v1`);
  });

  test("is nothing of a classic Azure path", async () => {
    const base = "/openai/deployments/d";
    upstream.handler = goodServer(base);
    const endpoint_url = `${upstream.origin}${base}?api-version=2024-10-21`;
    const reply = await save({ endpoint_url });
    expect(reply.error).toBeUndefined();
    expect(reply.pieces).toEqual([{ result: true }]);
  });
});

test("a fallback that fails is told by its own fields, without the first server's names", async () => {
  upstream.handler = except(
    ({ path }) => path.startsWith("/other"),
    answer({ error: { message: "model 'x' not found" } }, 404),
  );
  const { error } = await save({ fallback_url: `${upstream.origin}/other/v1`, fallback_model: "x" });
  expect(error?.message).toMatch(
    /^Fallback: The server does not know the model\. Correct .*"Fallback model"\. 404 from POST .*\/other\/v1\/chat\/completions, model "x"/,
  );
});

const STRANGE: [string, Form, string][] = [
  ["of a wrong type", { streaming: true }, '"Streaming" is no text'],
  ["of an old form", { mode: "assistant" }, '"Mode" must be one of auto, chat, completion, responses'],
  ["that is encrypted", { api_key: `SFlCUklEO${"Ab0/".repeat(40)}` }, '"API Key" arrived encrypted'],
  [
    "that is an encrypted text field",
    { extra_body: `SFlCUklEO${"Ab0/".repeat(40)}` },
    '"Extra body" arrived encrypted',
  ],
  ["that is a mask", { api_key: "sk-abc************op" }, '"API Key" holds only the mask'],
  [
    "that is the stand-in of a secret",
    { extra_headers: "[__HIDDEN__]" },
    '"Extra headers" holds only the mask',
  ],
  ["that is no number", { context_size: "lots" }, '"Context size" must be a whole number'],
  ["that is no JSON", { extra_body: "{'a': 1}" }, '"Extra body" must be a JSON object'],
];

describe("a stored value", () => {
  test.each(STRANGE)("%s is named when it is saved, and harms no call", async (_name, form, message) => {
    expect((await save(form)).error?.message).toContain(message);
    expect(upstream.requests).toEqual([]);
    for (const type of TYPES) {
      // oxlint-disable-next-line no-await-in-loop
      const [used, schema] = [
        await use(form, type),
        await call({ action: "get_ai_model_schemas" }, form, type),
      ];
      expect([used.error, schema.error]).toEqual([undefined, undefined]);
      expect(schema.pieces).toMatchObject([{ model_schema: { model } }]);
    }
  });

  test("of the official plugin's form, with all its fields, is as good as ours", async () => {
    const official = {
      display_name: "Mine",
      endpoint_model_name: "",
      mode: "chat",
      context_size: "4096",
      max_tokens_to_sample: "4096",
      agent_thought_support: "not_supported",
      web_search_support: "not_supported",
      compatibility_mode: "strict",
      token_param_name: "auto",
      user_identity_support: "no_support",
      stream_include_usage: "enabled",
      function_calling_type: "no_call",
      stream_function_calling: "not_supported",
      vision_support: "no_support",
      video_support: "no_support",
      audio_support: "no_support",
      document_support: "no_support",
      structured_output_support: "not_supported",
      stream_mode_auth: "not_use",
      stream_mode_delimiter: "\\n\\n",
      max_chunks: "1",
      encoding_format: "not_set",
      language: "zh",
      voices: "alloy",
      tts_api_format: "openai",
      tts_sample_rate: "24000",
    };
    for (const type of TYPES) {
      // oxlint-disable-next-line no-await-in-loop
      expect((await save(official, type)).error).toBeUndefined();
      // oxlint-disable-next-line no-await-in-loop
      expect((await use(official, type)).error).toBeUndefined();
    }
  });
});

describe("in Chinese", () => {
  let chinese: StandInDaemon;

  beforeAll(async () => {
    chinese = await StandInDaemon.launch(inject("packageFolder"), { env: { DIFY_PLUGIN_LANGUAGE: "zh" } });
  });
  afterAll(() => chinese.close());

  const told = async (credentials: Record<string, string>) =>
    (
      await chinese.call({
        action: "validate_model_credentials",
        provider: "p",
        model,
        model_type: "llm",
        credentials: { endpoint_url: `${upstream.origin}/v1`, api_key: "sk-secret", ...credentials },
      })
    ).error?.message.replaceAll(upstream.origin, "{origin}");

  test("a failure is told", async () => {
    upstream.handler = answer({ error: { message: "Incorrect API key provided" } }, 401);
    expect(await told({})).toBe(
      `服务器拒绝了该密钥。请检查“API Key”：是否输错、已吊销，或属于其他服务器？ 401 from POST {origin}/v1/chat/completions, model "${model}", mode chat, key sent as Authorization: Bearer: Incorrect API key provided`,
    );
  });

  test("near names are told", async () => {
    upstream.handler = except(
      ({ path }) => path.endsWith("/models"),
      listing("qwen3-8b"),
      answer({ error: { message: "model not found" } }, 404),
    );
    expect(await told({})).toMatch(
      /^服务器上没有该模型，可用的有：qwen3-8b。请将“发送给服务器的模型名”设为 qwen3-8b。/,
    );
  });

  test("the form's mistakes are told", async () => {
    expect(await told({ endpoint_url: "ftp://h", context_size: "x" })).toBe(
      "“接口地址”须以 http:// 或 https:// 开头，应形如 https://host/v1。“上下文长度”须为不小于 1 的整数（token 数）。",
    );
  });
});

/** When one answer is not the end: retries, other addresses, changed requests, and what is remembered. */
import { describe, expect, inject, test } from "vitest";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { answer, answerEvents, Upstream, type Handler } from "../upstream/upstream.ts";
import { daemon, model, upstream } from "./stage.ts";

const DONE = "data: [DONE]\n\n";
const chunk = (content: string, finish: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});
const good = answerEvents([chunk("Hello", "stop"), DONE]);
const vector = answer({ data: [{ index: 0, embedding: [1] }], usage: { prompt_tokens: 1 } });
const SOON = { "retry-after-ms": "1" };
const refusal = (message: string, param: string | null = null) =>
  answer({ error: { message, type: "invalid_request_error", param, code: null } }, 400);
const notFound = answer({ detail: "Not Found" }, 404);

/** Answers the first request with the first, and so on; the last one answers all that follow. */
function answerInTurn(...handlers: Handler[]): void {
  upstream.handler = (request, response) =>
    handlers[Math.min(upstream.requests.length, handlers.length) - 1]?.(request, response);
}

function call(data: { action: string } & Record<string, unknown>, path = "/v1", credentials = {}) {
  return daemon.call({
    provider: "openai_compatible",
    model,
    credentials: { endpoint_url: `${upstream.origin}${path}`, api_key: "sk-secret", ...credentials },
    ...data,
  });
}

const ask = (parameters = {}, path = "/v1", credentials = {}) =>
  call(
    {
      action: "invoke_llm",
      model_type: "llm",
      prompt_messages: [{ role: "user", content: "hi" }],
      model_parameters: parameters,
      stream: true,
    },
    path,
    credentials,
  );
const embed = (path = "/v1") =>
  call(
    { action: "invoke_text_embedding", model_type: "text-embedding", texts: ["a"], input_type: "query" },
    path,
  );
const rerank = (path = "/v1") =>
  call(
    { action: "invoke_rerank", model_type: "rerank", query: "q", docs: ["a"], top_n: 0, score_threshold: 0 },
    path,
  );
const paths = () => upstream.requests.map(({ path }) => path);
const bodies = () => upstream.requests.map(({ body }) => JSON.parse(String(body)) as Record<string, unknown>);
const formatOf = (body: Record<string, unknown>) =>
  (body["response_format"] as { type: string } | undefined)?.type;
const sentTurns = () => bodies().map(({ messages }) => (messages as Record<string, unknown>[])[1]);

describe("tries again", () => {
  test.each([408, 409, 429, 500, 502, 503, 504])("after %i", async (status) => {
    answerInTurn(answer("", status, SOON), answer("", status, SOON), good);
    expect((await ask()).error).toBeUndefined();
    expect(upstream.requests.length).toBe(3);
  });

  test("after a connection that was reset", async () => {
    answerInTurn((_request, response) => void response.socket?.resetAndDestroy(), good);
    expect((await ask()).error).toBeUndefined();
    expect(upstream.requests.length).toBe(2);
  });

  test("after an error inside a stream before any text", async () => {
    answerInTurn(answerEvents([chunk(""), { error: { message: "overloaded", code: 503 } }]), good);
    expect((await ask()).error).toBeUndefined();
    expect(upstream.requests.length).toBe(2);
  });

  test("when the server says so", async () => {
    answerInTurn(answer("", 422, { ...SOON, "x-should-retry": "true" }), good);
    expect((await ask()).error).toBeUndefined();
  });

  test("four times, then reports the last failure", async () => {
    answerInTurn(answer("busy", 503, SOON));
    expect((await ask()).error?.type).toBe("InvokeServerUnavailableError");
    expect(upstream.requests.length).toBe(4);
  });
});

describe("does not try again", () => {
  const permanent: [string, Handler, string][] = [
    ["a wrong key", answer("", 401, SOON), "InvokeAuthorizationError"],
    [
      "no credit",
      answer(
        { error: { message: "You exceeded your current quota", code: "insufficient_quota" } },
        429,
        SOON,
      ),
      "InvokeRateLimitError",
    ],
    [
      "no channel for the model",
      answer({ error: { message: "当前分组 default 下对于模型 x 无可用渠道" } }, 503, SOON),
      "InvokeBadRequestError",
    ],
    [
      "when the server says so",
      answer("", 503, { ...SOON, "x-should-retry": "false" }),
      "InvokeServerUnavailableError",
    ],
    ["when the wait would be long", answer("", 429, { "retry-after": "60" }), "InvokeRateLimitError"],
  ];
  test.each(permanent)("%s", async (_name, handler, type) => {
    answerInTurn(handler);
    expect((await ask()).error?.type).toBe(type);
    expect(upstream.requests.length).toBe(1);
  });

  test("once text was sent on", async () => {
    answerInTurn(answerEvents([chunk("Hel"), { error: { message: "overloaded", code: 503 } }]), good);
    const { pieces, error } = await ask();
    expect(error?.type).toBe("InvokeServerUnavailableError");
    expect(pieces.length).toBe(1);
    expect(upstream.requests.length).toBe(1);
  });

  test("tells how long the server asks to wait", async () => {
    answerInTurn(answer("", 429, { "retry-after": "60" }));
    expect((await ask()).error?.message).toContain("60 s");
  });
});

describe("another address", () => {
  const embeddingsAtRoot: Handler = (request, response) =>
    (request.path === "/embeddings" ? vector : notFound)(request, response);

  test.each([
    ["a 404", notFound],
    ["a 405", answer({ detail: "Method Not Allowed" }, 405)],
    ["a web page", answer("<!doctype html><html></html>", 200, { "content-type": "text/html" })],
    ["LM Studio's 200", answer({ error: "Unexpected endpoint or method. (POST /v1/embeddings)" })],
  ])("is tried once after %s, and remembered", async (_name, wrong) => {
    upstream.handler = (request, response) =>
      (request.path === "/embeddings" ? vector : wrong)(request, response);
    expect((await embed()).error).toBeUndefined();
    expect((await embed()).error).toBeUndefined();
    expect(paths()).toEqual(["/v1/embeddings", "/embeddings", "/embeddings"]);
  });

  test("is remembered for a bare host as well", async () => {
    upstream.handler = embeddingsAtRoot;
    expect((await embed("")).error).toBeUndefined();
    expect(paths()).toEqual(["/v1/embeddings", "/embeddings"]);
  });

  test("is sought where rerank may live", async () => {
    upstream.handler = (request, response) =>
      (request.path === "/v2/rerank" ? answer([{ index: 0, score: 1 }]) : notFound)(request, response);
    expect((await rerank()).error).toBeUndefined();
    expect(paths().at(-1)).toBe("/v2/rerank");
  });

  test("is not tried for the exact endpoint that was given", async () => {
    upstream.handler = notFound;
    expect((await rerank("/v1/rerank")).error?.type).toBe("InvokeBadRequestError");
    expect(paths()).toEqual(["/v1/rerank"]);
  });

  test("is tried for a full endpoint without a version, after the endpoint itself", async () => {
    upstream.handler = (request, response) =>
      (request.path === "/v1/chat/completions" ? good : notFound)(request, response);
    expect((await ask({}, "/chat/completions")).error).toBeUndefined();
    expect(paths()).toEqual(["/chat/completions", "/v1/chat/completions"]);
  });

  test("that fails as well leaves the first failure, and names what was tried", async () => {
    upstream.handler = notFound;
    const { error } = await embed();
    expect(error?.message).toContain(`404 from POST ${upstream.origin}/v1/embeddings`);
    expect(error?.message).toContain(`${upstream.origin}/embeddings`);
  });

  test("is not tried when the model is unknown", async () => {
    answerInTurn(
      answer({ error: { message: "The model `x` does not exist", code: "model_not_found" } }, 404),
    );
    await embed();
    expect(upstream.requests.length).toBe(1);
  });

  test("within the origin is followed, the key with it", async () => {
    upstream.handler = (request, response) =>
      (request.path === "/v1/chat/completions"
        ? answer("", 307, { location: "/v1/chat/completions/" })
        : good)(request, response);
    expect((await ask()).error).toBeUndefined();
    expect(upstream.lastRequest?.headers.authorization).toBe("Bearer sk-secret");
  });

  test("that leads on and on costs no more than six requests", async () => {
    let hop = 0;
    upstream.handler = (request, response) =>
      answer("", 307, { location: `/v1/hop-${(hop += 1)}` })(request, response);
    expect((await ask()).error?.message).toContain("elsewhere");
    expect(upstream.requests.length).toBe(6);
  });

  test("carries the query of the form in use, not of the one it was learned with", async () => {
    upstream.handler = (request, response) =>
      (request.path.startsWith("/embeddings") ? vector : notFound)(request, response);
    await embed("/v1?key=a");
    await embed("/v1?key=b");
    expect(paths()).toEqual(["/v1/embeddings?key=a", "/embeddings?key=a", "/embeddings?key=b"]);
  });

  test("at another origin is told, not followed", async () => {
    const other = await Upstream.start();
    upstream.handler = answer("", 308, { location: `${other.origin}/v1/chat/completions` });
    const { error } = await ask();
    expect(error?.message).toContain(other.origin);
    expect(other.requests).toEqual([]);
    await other.close();
  });
});

describe("a refused field", () => {
  const refusals: [string, Record<string, unknown>, string, string | null][] = [
    ["stream_options", {}, "Unrecognized request argument supplied: stream_options", null],
    [
      "temperature",
      { temperature: 0.5 },
      "Unsupported value: 'temperature' does not support 0.5 with this model.",
      "temperature",
    ],
    [
      "frequency_penalty",
      { frequency_penalty: 1 },
      'Invalid JSON payload received. Unknown name "frequency_penalty": Cannot find field.',
      null,
    ],
    [
      "presence_penalty",
      { presence_penalty: 1 },
      "Argument not supported on this model: presencePenalty",
      null,
    ],
    [
      "seed",
      { seed: 1 },
      "litellm.UnsupportedParamsError: openai does not support parameters: ['seed'], for model=x",
      null,
    ],
  ];
  test.each(refusals)("%s is left out once and remembered", async (field, parameters, message, param) => {
    upstream.handler = (request, response) =>
      (field in JSON.parse(String(request.body)) ? refusal(message, param) : good)(request, response);
    expect((await ask(parameters)).error).toBeUndefined();
    expect((await ask(parameters)).error).toBeUndefined();
    expect(bodies().map((body) => field in body)).toEqual([true, false, false]);
    expect(daemon.log.join("\n")).toContain(`"${field}" is left out`);
  });

  test("max_tokens is sent under its other name, and remembered", async () => {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    upstream.handler = (request, response) =>
      ("max_tokens" in JSON.parse(String(request.body)) ? refusal(message, "max_tokens") : good)(
        request,
        response,
      );
    await ask({ max_tokens: 5 });
    await ask({ max_tokens: 5 });
    expect(
      bodies().map(({ max_tokens, max_completion_tokens }) => [max_tokens, max_completion_tokens]),
    ).toEqual([
      [5, undefined],
      [undefined, 5],
      [undefined, 5],
    ]);
  });

  test("that demands JSON gives way step by step, the demand itself does not", async () => {
    const message = "Invalid parameter: 'response_format' of this type is not supported with this model.";
    upstream.handler = (request, response) =>
      ("response_format" in JSON.parse(String(request.body)) ? refusal(message, "response_format") : good)(
        request,
        response,
      );
    const parameters = {
      response_format: "json_schema",
      json_schema: '{"schema":{"type":"object","title":"T"},"name":"n"}',
    };
    expect((await ask(parameters)).error).toBeUndefined();
    expect((await ask(parameters)).error).toBeUndefined();
    const formats = bodies().map(
      ({ response_format }) => (response_format as { type: string } | undefined)?.type,
    );
    expect(formats).toEqual(["json_schema", "json_object", undefined, undefined]);
    expect(JSON.stringify(bodies()[3]?.["messages"])).toMatch(/system.*one JSON object only.*title.*T/);
  });

  test("that demands JSON of the Responses API gives way in the same steps", async () => {
    const message = "Unsupported parameter: 'text.format' is not supported with this model.";
    const whole = answer({
      status: "completed",
      output: [{ type: "message", content: [{ type: "output_text", text: "{}" }] }],
    });
    upstream.handler = (request, response) =>
      ("text" in JSON.parse(String(request.body)) ? refusal(message, "text.format") : whole)(
        request,
        response,
      );
    const parameters = {
      response_format: "json_schema",
      json_schema: '{"schema":{"type":"object","title":"T"},"name":"n"}',
    };
    expect((await ask(parameters, "/v1", { mode: "responses" })).error).toBeUndefined();
    const formats = bodies().map(
      ({ text }) => (text as { format: { type: string } } | undefined)?.format.type,
    );
    expect(formats).toEqual(["json_schema", "json_object", undefined]);
    expect(JSON.stringify(bodies()[2]?.["input"])).toMatch(/system.*one JSON object only.*title.*T/);
  });

  test("that streams is left out for a server that cannot", async () => {
    upstream.handler = (request, response) =>
      ("stream" in JSON.parse(String(request.body))
        ? refusal("Unsupported value: 'stream' does not support true with this model.", "stream")
        : answer({ choices: [{ message: { content: "Hello" }, finish_reason: "stop" }] }))(request, response);
    expect((await ask()).error).toBeUndefined();
  });

  test("is left out for the model and the operation that refused it, no other", async () => {
    const format = "Unsupported parameter: 'response_format' is not supported with this model.";
    upstream.handler = (request, response) =>
      (request.path === "/v1/audio/speech" && "response_format" in JSON.parse(String(request.body))
        ? refusal(format, "response_format")
        : request.path === "/v1/audio/speech"
          ? answer(Buffer.from("fff38464", "hex"), 200, { "content-type": "audio/mpeg" })
          : good)(request, response);
    await call({ action: "invoke_tts", model_type: "tts", content_text: "x", voice: "v", tenant_id: "t" });
    await ask({ response_format: "json_object" });
    expect(JSON.parse(String(upstream.lastRequest?.body))).toMatchObject({
      response_format: { type: "json_object" },
    });
  });

  test("that demands a schema leaves plain JSON as it is", async () => {
    const message =
      "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.";
    upstream.handler = (request, response) =>
      (String(request.body).includes('"json_schema"') ? refusal(message, "response_format") : good)(
        request,
        response,
      );
    const parameters = { response_format: "json_schema", json_schema: "{}" };
    await Promise.all([ask(parameters), ask(parameters), ask(parameters)]);
    await ask(parameters);
    expect(bodies().at(-1)?.["response_format"]).toEqual({ type: "json_object" });
    await ask({ response_format: "json_object" });
    expect(bodies().at(-1)?.["response_format"]).toEqual({ type: "json_object" });
  });

  test("is not remembered when leaving it out did not help", async () => {
    answerInTurn(
      refusal("Unknown parameter: 'seed'.", "seed"),
      refusal("Unknown parameter: 'messages'.", "messages"),
      good,
    );
    expect((await ask({ seed: 1 })).error?.type).toBe("InvokeBadRequestError");
    await ask({ seed: 1 });
    expect(bodies().map((body) => "seed" in body)).toEqual([true, false, true]);
  });

  test("whose value is at fault is left out of that call alone", async () => {
    answerInTurn(refusal("temperature must be between 0 and 1", "temperature"), good);
    await ask({ temperature: 1.5 });
    await ask({ temperature: 0.3 });
    expect(bodies().map(({ temperature }) => temperature)).toEqual([1.5, undefined, 0.3]);
  });

  test("is not renamed there and back", async () => {
    upstream.handler = (request, response) => {
      const field = Object.keys(JSON.parse(String(request.body)) as object).find((name) =>
        name.startsWith("max_"),
      );
      return (field ? refusal(`Unknown parameter: '${field}'.`, field) : good)(request, response);
    };
    expect((await ask({ max_tokens: 5 })).error).toBeUndefined();
    expect(upstream.requests.length).toBe(3);
  });

  test.each(["constructor", "__proto__", "toString"])("called %s is no field of ours", async (param) => {
    answerInTurn(refusal(`Unknown parameter: '${param}'.`, param));
    await ask();
    expect(upstream.requests.length).toBe(1);
  });

  test("that is a member of another leaves the others in place", async () => {
    const message = "Unsupported parameter: 'reasoning.summary' is not supported with this model.";
    const whole = answer({
      status: "completed",
      output: [{ type: "message", content: [{ type: "output_text", text: "x" }] }],
    });
    upstream.handler = (request, response) =>
      (String(request.body).includes('"summary"') ? refusal(message, "reasoning.summary") : whole)(
        request,
        response,
      );
    expect((await ask({ reasoning_effort: "high" }, "/v1", { mode: "responses" })).error).toBeUndefined();
    expect(bodies().map(({ reasoning }) => reasoning)).toEqual([
      { effort: "high", summary: "auto" },
      { effort: "high" },
    ]);
  });

  test("that is needed is reported by name", async () => {
    answerInTurn(refusal("Invalid value for 'messages'", "messages"));
    const { error } = await ask();
    expect(error?.type).toBe("InvokeBadRequestError");
    expect(error?.message).toContain("messages");
    expect(upstream.requests.length).toBe(1);
  });

  test("costs no more than six requests in all", async () => {
    const fields = [
      "stream_options",
      "temperature",
      "top_p",
      "seed",
      "frequency_penalty",
      "presence_penalty",
    ];
    upstream.handler = (request, response) => {
      const body = JSON.parse(String(request.body)) as object;
      const field = fields.find((name) => name in body);
      return (field ? refusal(`Unknown parameter: '${field}'.`, field) : good)(request, response);
    };
    const reply = await ask({
      temperature: 1,
      top_p: 0.5,
      seed: 1,
      frequency_penalty: 1,
      presence_penalty: 1,
    });
    expect(reply.error?.type).toBe("InvokeBadRequestError");
    expect(upstream.requests.length).toBe(6);
  });
});

describe("every request", () => {
  test.each([
    ["JSON", '{"X-Team": "blue", "x-count": 2}'],
    ["lines", "X-Team: blue; x-count: 2"],
    ["lines whose breaks were written out", "X-Team: blue\\nx-count: 2"],
  ])("carries the extra headers, given as %s", async (_form, extra_headers) => {
    upstream.handler = good;
    await ask({}, "/v1", { extra_headers });
    expect(upstream.lastRequest?.headers).toMatchObject({
      "x-team": "blue",
      "x-count": "2",
      authorization: "Bearer sk-secret",
    });
  });

  const wav = "524946462400000057415645666d74201000000001000100401f0000803e0000020010006461746100000000";
  const everyType: [string, Record<string, unknown>, Handler][] = [
    ["llm", { action: "invoke_llm", prompt_messages: [{ role: "user", content: "hi" }], stream: true }, good],
    [
      "text-embedding",
      { action: "invoke_text_embedding", texts: ["a", "b"], input_type: "query" },
      answer({ data: [{ embedding: [1] }, { embedding: [2] }] }),
    ],
    [
      "rerank",
      { action: "invoke_rerank", query: "q", docs: ["a", "b"] },
      answer({
        results: [
          { index: 0, relevance_score: 1 },
          { index: 1, relevance_score: 0 },
        ],
      }),
    ],
    ["speech2text", { action: "invoke_speech2text", file: wav }, answer({ text: "hi" })],
    ["moderation", { action: "invoke_moderation", text: "hi" }, answer({ results: [{ flagged: false }] })],
    [
      "tts",
      { action: "invoke_tts", content_text: "x", voice: "v", tenant_id: "t" },
      answer(Buffer.from("fff38464", "hex"), 200, { "content-type": "audio/mpeg" }),
    ],
  ];
  test.each(everyType)(
    "of %s carries the extra headers, when it is validated too",
    async (model_type, data, handler) => {
      upstream.handler = handler;
      const credentials = {
        endpoint_url: upstream.origin,
        api_key: "sk-secret",
        extra_headers: "X-Team: blue",
      };
      const target = { provider: "p", model, model_type, credentials };
      expect(
        (await daemon.call({ ...target, ...data, action: String(data["action"]) })).error,
      ).toBeUndefined();
      const validated = await daemon.call({ ...target, action: "validate_model_credentials" });
      expect(validated.error).toBeUndefined();
      expect(upstream.requests.length).toBeGreaterThan(1);
      for (const { headers } of upstream.requests) {
        expect([headers["x-team"], headers.authorization]).toEqual(["blue", "Bearer sk-secret"]);
      }
    },
  );

  test("may replace the key's header", async () => {
    upstream.handler = good;
    await ask({}, "/v1", { extra_headers: "Authorization: Basic abc", api_key: "" });
    expect(upstream.lastRequest?.headers.authorization).toBe("Basic abc");
  });

  test("keeps the extra headers out of errors", async () => {
    answerInTurn(answer({ error: { message: "no such team: blue-secret" } }, 400));
    const { error } = await ask({}, "/v1", { extra_headers: "X-Team: blue-secret" });
    expect(error?.message).toContain("no such team: ***");
  });

  const KEY = 'sk-"a/b&c<d>\\e-0123456789';
  const echoes: [string, (text: string) => string][] = [
    ["as it is", (text) => text],
    ["URL-encoded", encodeURIComponent],
    [
      "as HTML",
      (text) =>
        text
          .replaceAll("&", "&amp;")
          .replaceAll("<", "&lt;")
          .replaceAll(">", "&gt;")
          .replaceAll('"', "&quot;"),
    ],
    ["in JSON within the message", (text) => JSON.stringify(text).slice(1, -1)],
    ["in JSON with escaped slashes", (text) => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/")],
  ];
  const secrets: [string, Record<string, string>, string, string][] = [
    ["the key", { api_key: KEY }, "", KEY],
    ["an extra header", { extra_headers: JSON.stringify({ "X-Team": KEY }) }, "", KEY],
    [
      "the token of an extra header",
      { extra_headers: "Authorization: Bearer tok3n-of-the-team" },
      "",
      "tok3n-of-the-team",
    ],
    ["a query value", {}, "?token=qu3ry-tok3n", "qu3ry-tok3n"],
    ["a query without a name", {}, "?qu3ry-tok3n", "qu3ry-tok3n"],
  ];
  const rows = secrets.flatMap(([name, credentials, query, secret]) =>
    echoes.map(([form, encode]) => [name, form, credentials, query, encode(secret)] as const),
  );
  test.each(rows)("hides %s that the server repeats %s", async (_name, _form, credentials, query, echoed) => {
    for (const body of [{ error: { message: `no: ${echoed} is wrong` } }, `no: ${echoed} is wrong`]) {
      answerInTurn(answer(body, 400));
      // One server at a time is asked.
      // oxlint-disable-next-line no-await-in-loop
      const { error } = await ask({}, `/v1${query}`, credentials);
      expect(error?.message).toContain("no: *** is wrong");
      expect(error?.message).not.toContain(echoed);
    }
  });

  test("sends user and password of the address when there is no key, and hides them", async () => {
    const endpoint_url = `${upstream.origin.replace("//", "//us3r:p%40ss@")}/v1`;
    const basic = Buffer.from("us3r:p@ss").toString("base64");
    answerInTurn(answer({ error: { message: `no p@ss, no p%40ss, no ${basic}` } }, 400));
    const { error } = await ask({}, "/v1", { endpoint_url, api_key: "" });
    expect(upstream.lastRequest?.headers.authorization).toBe(`Basic ${basic}`);
    expect(error?.message).toContain("no ***, no ***, no ***");
  });

  test("takes nothing from the daemon's environment", async () => {
    const other = await StandInDaemon.launch(inject("packageFolder"), {
      env: {
        OPENAI_CUSTOM_HEADERS: "X-Leak: 1",
        OPENAI_ORG_ID: "org",
        OPENAI_BASE_URL: "http://127.0.0.1:9",
        OPENAI_API_KEY: "k",
      },
    });
    upstream.handler = good;
    const reply = await other.call({
      action: "invoke_llm",
      provider: "p",
      model,
      model_type: "llm",
      credentials: { endpoint_url: upstream.origin },
      prompt_messages: [{ role: "user", content: "hi" }],
      stream: true,
    });
    expect(reply.error).toBeUndefined();
    expect(Object.keys(upstream.lastRequest?.headers ?? {}).toSorted()).toEqual([
      "accept",
      "connection",
      "content-length",
      "content-type",
      "host",
    ]);
    await other.close();
  });

  test("keeps user, password and query values out of errors", async () => {
    answerInTurn(answer({ error: { message: "no" } }, 400));
    const endpoint_url = `${upstream.origin.replace("//", "//user:pa55word@")}/v1?token=tok3n&api-version=1`;
    const { error } = await ask({}, "/v1", { endpoint_url });
    expect(upstream.lastRequest?.path).toBe("/v1/chat/completions?token=tok3n&api-version=1");
    expect(error?.message).toContain("api-version=1");
    expect(error?.message).not.toMatch(/pa55word|tok3n/);
  });
});

describe("a stream without a word", () => {
  const empty = answer("", 200, { "content-type": "text/event-stream" });

  test("is asked for whole, which tells the reason (llama-cpp-python)", async () => {
    answerInTurn(empty, refusal("This model's maximum context length is 4096 tokens.", "messages"));
    const { error } = await ask();
    expect(bodies()[0]).toMatchObject({ stream: true });
    expect(bodies()[1]).not.toHaveProperty("stream");
    expect(bodies()[1]).not.toHaveProperty("stream_options");
    expect(error).toMatchObject({ type: "InvokeBadRequestError" });
    expect(error?.message).toContain("too long");
  });

  test("is asked for whole though it says that it ended well (LiteLLM)", async () => {
    const silent = answerEvents([{ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }, DONE]);
    answerInTurn(silent, refusal("This model's maximum context length is 4096 tokens.", "messages"));
    expect((await ask()).error?.message).toContain("too long");
    expect(bodies()[1]).not.toHaveProperty("stream");
  });

  test("that was asked for whole is an answer without a word", async () => {
    answerInTurn(
      answerEvents([chunk("", "stop"), DONE]),
      answer({ choices: [{ message: { content: "" }, finish_reason: "stop" }] }),
    );
    expect((await ask()).error).toBeUndefined();
    expect(upstream.requests.length).toBe(2);
  });

  test("is all there is where a limit cut the thoughts before it", async () => {
    answerInTurn(answerEvents([chunk("", "length"), DONE]));
    expect((await ask()).error).toBeUndefined();
    expect(upstream.requests.length).toBe(1);
  });

  test("may be an accident: the next call asks for a stream again", async () => {
    answerInTurn(
      empty,
      answer({ choices: [{ message: { content: "Hello" }, finish_reason: "stop" }] }),
      good,
    );
    expect((await ask()).error).toBeUndefined();
    expect((await ask()).error).toBeUndefined();
    expect(bodies()[2]).toMatchObject({ stream: true });
  });
});

test("leaves out encrypted reasoning where the server refuses to give it", async () => {
  answerInTurn(
    refusal("Encrypted content is not supported with this model.", "include"),
    answerEvents([
      {
        type: "response.completed",
        response: {
          status: "completed",
          output: [{ type: "message", content: [{ type: "output_text", text: "Hi" }] }],
        },
      },
    ]),
  );
  const tools = [{ name: "f", description: "", parameters: { type: "object" } }];
  const reply = await call(
    {
      action: "invoke_llm",
      model_type: "llm",
      prompt_messages: [{ role: "user", content: "hi" }],
      model_parameters: {},
      tools,
      stream: true,
    },
    "/v1",
    { mode: "responses", reasoning_replay: "always" },
  );
  expect(reply.error).toBeUndefined();
  expect(bodies().map((body) => "include" in body)).toEqual([true, false]);
});

describe("a demand for JSON", () => {
  const schema = { response_format: "json_schema", json_schema: '{"schema":{"type":"object"},"name":"n"}' };

  test.each([
    // llama-cpp-python
    [
      500,
      "1 validation error:\n  {'type': 'literal_error', 'loc': ('body', 'response_format', 'type'), 'msg': \"Input should be 'text' or 'json_object'\", 'input': 'json_schema'}",
    ],
    // DeepSeek, in two versions, and what is written in Rust
    [400, "This response_format type is unavailable now"],
    [
      400,
      "Failed to deserialize the JSON body into the target type: response_format: response_format.type `json_schema` is unavailable now at line 1 column 9",
    ],
    [
      422,
      "response_format: unknown variant `json_schema`, expected `json_object` or `text` at line 1 column 9",
    ],
    // Groq, Azure, SiliconFlow and others
    [400, "This model does not support response format `json_schema`. See supported models at https://x"],
    [
      400,
      "response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later",
    ],
    [400, "Json mode is not supported for this model."],
    [400, "response_format.type: Input should be 'text' or 'json_object'"],
    [400, "Structured output is not supported for this model"],
    [400, "json_schema is not supported"],
  ])("gives way after %i %s", async (status, message) => {
    upstream.handler = (request, response) =>
      (String(request.body).includes('"json_schema"')
        ? answer({ error: { message, type: "x", param: null, code: null } }, status)
        : good)(request, response);
    expect((await ask(schema)).error).toBeUndefined();
    expect(bodies().map(formatOf)).toEqual(["json_schema", "json_object"]);
  });

  test("is said in words to a server that wants to read them", async () => {
    const message = "'messages' must contain the word 'json' in some form, to use 'response_format'.";
    upstream.handler = (request, response) =>
      (String(request.body).includes("JSON object only") ? good : refusal(message, "messages"))(
        request,
        response,
      );
    expect((await ask({ response_format: "json_object" })).error).toBeUndefined();
    expect(bodies().map(formatOf)).toEqual(["json_object", "json_object"]);
  });

  test("stands where its schema is at fault", async () => {
    answerInTurn(refusal("Invalid schema for response_format 'n': 'type' is missing", "response_format"));
    expect((await ask(schema)).error?.message).toContain("Invalid schema");
    expect(upstream.requests.length).toBe(1);
  });
});

describe("a turn that calls tools", () => {
  const turn = {
    role: "assistant",
    content: "",
    tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }],
    opaque_body: { tool_calls_extra: { c1: { google: { thought_signature: "s" } } } },
  };
  const askAfterCall = () =>
    call({
      action: "invoke_llm",
      model_type: "llm",
      prompt_messages: [
        { role: "user", content: "hi" },
        turn,
        { role: "tool", content: "x", name: "f", tool_call_id: "c1" },
      ],
      model_parameters: {},
      stream: true,
    });

  test('says "" in place of null where null is refused (llama-cpp-python), and later at once', async () => {
    const message =
      "7 validation errors:\n  {'type': 'literal_error', 'loc': ('body', 'messages', 1, 'ChatCompletionRequestSystemMessage', 'role'), 'msg': \"Input should be 'system'\"}";
    upstream.handler = (request, response) =>
      (String(request.body).includes('"content":null')
        ? answer({ error: { message, type: "internal_server_error", param: null, code: null } }, 500)
        : good)(request, response);
    expect((await askAfterCall()).error).toBeUndefined();
    expect((await askAfterCall()).error).toBeUndefined();
    expect(sentTurns().map((one) => one?.["content"])).toEqual([null, "", ""]);
  });

  test("goes without the signature a server refuses", async () => {
    upstream.handler = (request, response) =>
      (String(request.body).includes("extra_content")
        ? refusal("messages.1.tool_calls.0.extra_content: Extra inputs are not permitted")
        : good)(request, response);
    expect((await askAfterCall()).error).toBeUndefined();
    expect(sentTurns().map((one) => one?.["tool_calls"])).toEqual([
      [{ ...turn.tool_calls[0], extra_content: { google: { thought_signature: "s" } } }],
      turn.tool_calls,
    ]);
  });
});

test("leaves out all fields that LiteLLM lists, at once", async () => {
  upstream.handler = (request, response) => {
    const fields = Object.keys(JSON.parse(String(request.body)) as object).filter((name) =>
      ["top_p", "presence_penalty", "frequency_penalty"].includes(name),
    );
    const list = fields.map((name) => `'${name}'`).join(", ");
    const message = `litellm.UnsupportedParamsError: openai does not support parameters: [${list}], for model=x`;
    return (fields.length > 0 ? refusal(message) : good)(request, response);
  };
  const parameters = { top_p: 0.5, presence_penalty: 1, frequency_penalty: 1 };
  expect((await ask(parameters)).error).toBeUndefined();
  expect((await ask(parameters)).error).toBeUndefined();
  expect(upstream.requests.length).toBe(3);
});

describe("a refused tool choice", () => {
  const tools = [{ name: "f", description: "", parameters: { type: "object" } }];
  const askWith = (mode: string) =>
    call({
      action: "invoke_llm",
      model_type: "llm",
      prompt_messages: [{ role: "user", content: "hi" }],
      model_parameters: {},
      tools,
      tool_choice: { mode },
      stream: true,
    });

  test("is left out of that call alone", async () => {
    answerInTurn(refusal("Tool choice must be auto"), good);
    await askWith("required");
    await askWith("auto");
    expect(bodies().map(({ tool_choice }) => tool_choice)).toEqual(["required", undefined, "auto"]);
  });

  test("takes the tools with it when none may be called", async () => {
    answerInTurn(refusal("Tool choice must be auto"), good);
    await askWith("none");
    expect(bodies().map((body) => ["tools" in body, "tool_choice" in body])).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});

test("raises max tokens to the least the server takes", async () => {
  const message =
    "Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 4 instead.";
  const whole = answer({
    status: "completed",
    output: [{ type: "message", content: [{ type: "output_text", text: "x" }] }],
  });
  answerInTurn(refusal(message, "max_output_tokens"), whole);
  expect((await ask({ max_tokens: 4 }, "/v1", { mode: "responses" })).error).toBeUndefined();
  await ask({ max_tokens: 40 }, "/v1", { mode: "responses" });
  expect(bodies().map(({ max_output_tokens }) => max_output_tokens)).toEqual([4, 16, 40]);
});

/** Several keys for a server, and a server that answers while the first cannot. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { StandInDaemon, type Reply } from "../stand-in-daemon/stand-in-daemon.ts";
import { startProxy } from "../upstream/proxy.ts";
import { answer, answerEvents, Upstream, type Handler, type RecordedRequest } from "../upstream/upstream.ts";

const chunk = (content: string, finish: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});
const says = (text: string): Handler => answerEvents([chunk(text), chunk("", "stop"), "data: [DONE]\n\n"]);
const good = says("Hello");
const vector = answer({ data: [{ embedding: [1] }, { embedding: [2] }] });
const wav = "524946462400000057415645666d74201000000001000100401f0000803e0000020010006461746100000000";

/** What each type asks, and a good answer to it. */
const EVERY_TYPE: [string, { action: string } & Record<string, unknown>, Handler][] = [
  ["llm", { action: "invoke_llm", prompt_messages: [{ role: "user", content: "hi" }], stream: true }, good],
  ["text-embedding", { action: "invoke_text_embedding", texts: ["a", "b"], input_type: "query" }, vector],
  [
    "rerank",
    { action: "invoke_rerank", query: "q", docs: ["a", "b"] },
    answer({ results: [0, 1].map((index) => ({ index, relevance_score: 0.5 })) }),
  ],
  ["speech2text", { action: "invoke_speech2text", file: wav }, answer({ text: "hi" })],
  [
    "tts",
    { action: "invoke_tts", content_text: "x", voice: "v", tenant_id: "t" },
    answer(Buffer.from("fff38464", "hex"), 200, { "content-type": "audio/mpeg" }),
  ],
];

let daemon: StandInDaemon;
let first: Upstream;
let second: Upstream;
/** A name of its own for each test: what is remembered is remembered by model. */
let model: string;
let count = 0;

beforeAll(async () => {
  [first, second] = await Promise.all([Upstream.start(), Upstream.start()]);
  daemon = await StandInDaemon.launch(inject("packageFolder"));
  daemon.secrets.push("sk-aaaa", "sk-bbbb", "sk-cccc", "sk-ffff");
});
afterAll(async () => {
  await daemon.close();
  await Promise.all([first.close(), second.close()]);
});
beforeEach(() => {
  first.requests.length = 0;
  second.requests.length = 0;
  daemon.log.length = 0;
  first.handler = good;
  second.handler = good;
  model = `m-${(count += 1)}`;
});

type Form = Record<string, string>;

function call(data: { action: string } & Record<string, unknown>, form: Form): Promise<Reply> {
  const credentials = { endpoint_url: `${first.origin}/v1`, api_key: "sk-aaaa", ...form };
  return daemon.call({ provider: "p", model, model_type: "llm", credentials, ...data });
}

const ask = (form: Form) =>
  call({ action: "invoke_llm", prompt_messages: [{ role: "user", content: "hi" }], stream: true }, form);
const validate = (form: Form, model_type = "llm") =>
  call({ action: "validate_model_credentials", model_type }, form);

const keyOf = ({ headers }: RecordedRequest): string | undefined => headers.authorization;
const keys = (upstream: Upstream) =>
  upstream.requests.map((request) => keyOf(request)?.replace("Bearer ", ""));
const text = ({ pieces }: Reply): string =>
  (pieces as { delta: { message: { content: string } } }[])
    .map(({ delta }) => delta.message.content)
    .join("");

/** A server that refuses some keys. */
function refusing(refused: Handler, ...those: string[]): Handler {
  return (request, response) =>
    (those.includes(keyOf(request)?.replace("Bearer ", "") ?? "") ? refused : good)(request, response);
}

const limited = answer("", 429);
const KEY_FAILURES: [string, Handler][] = [
  ["refused", answer({ error: { message: "Incorrect API key provided" } }, 401)],
  ["not permitted", answer({ error: { message: "no" } }, 403)],
  ["rate limited", limited],
  ["told to wait for a minute", answer("", 429, { "retry-after": "60" })],
  ["without credit", answer({ error: { message: "x", code: "insufficient_quota" } }, 429)],
  [
    "rate limited inside a stream",
    answerEvents([chunk(""), { error: { message: "Rate limit reached", code: 429 } }]),
  ],
];

describe("several keys", () => {
  test.each([
    ["a comma", "sk-aaaa,sk-bbbb"],
    ["a comma and a blank", " sk-aaaa, sk-bbbb, "],
    ["a blank", "sk-aaaa sk-bbbb"],
    ["a line break", "sk-aaaa\r\nsk-bbbb\n"],
    ["a Chinese comma", "sk-aaaa，sk-bbbb"],
    ["their prefix", "Bearer sk-aaaa, bearer sk-bbbb"],
    ["one of them twice", "sk-aaaa,sk-bbbb,sk-aaaa"],
  ])("between which is %s take turns", async (_name, api_key) => {
    for (let i = 0; i < 4; i += 1) {
      // One call after the other, so that their order is known.
      // oxlint-disable-next-line no-await-in-loop
      expect((await ask({ api_key })).error).toBeUndefined();
    }
    expect(keys(first)).toEqual(["sk-aaaa", "sk-bbbb", "sk-aaaa", "sk-bbbb"]);
  });

  test.each(KEY_FAILURES)("of which one is %s: the next one is tried at once", async (_name, failure) => {
    first.handler = refusing(failure, "sk-aaaa");
    const api_key = "sk-aaaa,sk-bbbb,sk-cccc";
    expect((await ask({ api_key })).error).toBeUndefined();
    expect(daemon.log.join("\n")).toContain("key 1 of 3 failed");
    // The one that failed is left alone.
    await ask({ api_key });
    await ask({ api_key });
    expect(keys(first)).toEqual(["sk-aaaa", "sk-bbbb", "sk-cccc", "sk-bbbb"]);
  });

  test.each(EVERY_TYPE)("serve %s", async (model_type, data, handler) => {
    first.handler = (request, response) =>
      (keyOf(request) === "Bearer sk-aaaa" ? limited : handler)(request, response);
    expect((await call({ ...data, model_type }, { api_key: "sk-aaaa,sk-bbbb" })).error).toBeUndefined();
    expect([...new Set(keys(first))]).toEqual(["sk-aaaa", "sk-bbbb"]);
  });

  test("that are all limited: the last is tried again as it asks", async () => {
    first.handler = answer("", 429, { "retry-after-ms": "1" });
    const { error } = await ask({ api_key: "sk-aaaa,sk-bbbb" });
    expect(keys(first)).toEqual(["sk-aaaa", "sk-bbbb", "sk-bbbb", "sk-bbbb", "sk-bbbb"]);
    expect(error?.type).toBe("InvokeRateLimitError");
    expect(error?.message).toContain("key 1 of 2 sent as Authorization: Bearer (1 more failed as well)");
  });

  test("of which one is limited and one is wrong tell of the limit, which passes", async () => {
    const wrong = answer("", 401);
    first.handler = (request, response) =>
      (keyOf(request) === "Bearer sk-aaaa" ? limited : wrong)(request, response);
    expect((await ask({ api_key: "sk-aaaa,sk-bbbb" })).error?.type).toBe("InvokeRateLimitError");
  });

  test("that are all wrong cost no more than six requests", async () => {
    first.handler = answer("", 401);
    const api_key = Array.from({ length: 8 }, (_, i) => `sk-aaaa${i}`).join(",");
    expect((await ask({ api_key })).error?.type).toBe("InvokeAuthorizationError");
    expect(first.requests.length).toBe(6);
  });

  test("do not mend what is no key's fault", async () => {
    first.handler = answer({ error: { message: "no" } }, 400);
    await ask({ api_key: "sk-aaaa,sk-bbbb" });
    expect(first.requests.length).toBe(1);
  });

  test("are not changed once text was sent on", async () => {
    first.handler = answerEvents([chunk("Hel"), { error: { message: "Rate limit reached", code: 429 } }]);
    const { error, pieces } = await ask({ api_key: "sk-aaaa,sk-bbbb" });
    expect(error?.type).toBe("InvokeRateLimitError");
    expect(pieces.length).toBe(1);
    expect(first.requests.length).toBe(1);
  });

  test("are not tried when a header of one's own is sent in their place", async () => {
    first.handler = answer("", 401);
    await ask({ api_key: "sk-aaaa,sk-bbbb", extra_headers: "Authorization: Bearer own-token" });
    expect(keys(first)).toEqual(["own-token"]);
  });

  test("go into Azure's own header", async () => {
    const proxy = await startProxy({ standIn: { plain: first, secure: second } });
    first.handler = (request, response) =>
      (request.headers["api-key"] === "sk-aaaa" ? limited : good)(request, response);
    const form = { endpoint_url: "http://x.openai.azure.com", proxy_url: proxy.url };
    expect((await ask({ api_key: "sk-aaaa,sk-bbbb", ...form })).error).toBeUndefined();
    expect(first.requests.map(({ headers }) => headers["api-key"])).toEqual(["sk-aaaa", "sk-bbbb"]);
    expect(keys(first)).toEqual([undefined, undefined]);
    await proxy.close();
  });

  test("are all hidden when the server repeats them", async () => {
    first.handler = answer({ error: { message: "sk-aaaa sk-bbbb sk-ffff" } }, 400);
    const form = { fallback_url: second.origin, fallback_api_key: "sk-ffff" };
    const { error } = await ask({ api_key: "sk-aaaa,sk-bbbb", ...form });
    expect(error?.message).toContain("*** *** ***");
  });

  test("are each validated, and the bad one is named by its place", async () => {
    first.handler = refusing(answer("", 401), "sk-bbbb");
    const { error } = await validate({ api_key: "sk-aaaa,sk-bbbb,sk-cccc" });
    expect(error?.type).toBe("CredentialsValidateFailedError");
    expect(error?.message).toMatch(/^The server refused key 2 of 3\. Check "API Key".* 401 from/);
    expect(new Set(keys(first))).toEqual(new Set(["sk-aaaa", "sk-bbbb", "sk-cccc"]));
  });

  test.each(EVERY_TYPE)("are each validated for %s", async (model_type, _data, handler) => {
    first.handler = handler;
    expect((await validate({ api_key: "sk-aaaa,sk-bbbb" }, model_type)).error).toBeUndefined();
    expect([...new Set(keys(first))]).toEqual(["sk-aaaa", "sk-bbbb"]);
  });

  test("that are too many are refused", async () => {
    const api_key = Array.from({ length: 21 }, (_, i) => `sk-aaaa${i}`).join(",");
    expect((await validate({ api_key })).error?.message).toContain('"API Key" must hold at most 20 keys');
    expect(first.requests).toEqual([]);
  });

  test("are told from one, whose failure is told as ever", async () => {
    first.handler = answer("", 401);
    const { error } = await validate({ api_key: "Bearer sk-aaaa" });
    expect(error?.message).toMatch(/^The server refused the key\. Check "API Key".* 401 from/);
    expect(error?.message).not.toContain(" of ");
  });
});

const NOWHERE = "http://127.0.0.1:9/v1";
const fallback = (form: Form = {}): Form => ({ fallback_url: `${second.origin}/v1`, ...form });

describe("a fallback", () => {
  const unavailable: [string, Handler, number, Form?][] = [
    ["resets the connection", (_request, response) => void response.socket?.resetAndDestroy(), 2],
    ["fails", answer("", 500), 2],
    ["is overloaded", answer("", 529), 1],
    ["is loading its model", answer({ error: { message: "Loading model", code: 503 } }, 503), 1],
    ["asks to wait", answer("", 503, { "retry-after": "5" }), 1],
    ["limits the rate", answer("", 429, { "retry-after-ms": "1" }), 1],
    ["knows no credit", answer({ error: { message: "x", code: "insufficient_quota" } }, 429), 1],
    ["breaks off before any text", answerEvents([chunk("")]), 2],
    ["says nothing", () => undefined, 1, { first_byte_timeout: "0.3" }],
  ];
  test.each(unavailable)("answers when the first %s", async (_name, handler, requests, form = {}) => {
    first.handler = handler;
    second.handler = says("from the second");
    const reply = await ask(fallback(form));
    expect(reply.error).toBeUndefined();
    expect(text(reply)).toBe("from the second");
    expect(first.requests.length).toBe(requests);
    expect(daemon.log.join("\n")).toContain("the fallback is asked");
    // For a while, the first one is left alone.
    expect(text(await ask(fallback(form)))).toBe("from the second");
    expect(first.requests.length).toBe(requests);
    expect(daemon.log.join("\n")).toContain("the fallback is asked first");
  });

  test("answers when nobody listens", async () => {
    const reply = await ask(fallback({ endpoint_url: NOWHERE }));
    expect(text(reply)).toBe("Hello");
  });

  test.each(EVERY_TYPE)("answers for %s, under a name of its own", async (model_type, data, handler) => {
    first.handler = answer("", 500);
    second.handler = handler;
    const reply = await call({ ...data, model_type }, fallback({ fallback_model: "other-name" }));
    expect(reply.error).toBeUndefined();
    // Vectors of another model would be compared with those that are stored.
    const name = model_type === "text-embedding" ? model : "other-name";
    expect(second.lastRequest?.body.toString("latin1")).toContain(name);
    const other = model_type === "text-embedding" ? "other-name" : model;
    expect(second.lastRequest?.body.toString("latin1")).not.toMatch(new RegExp(`\\b${other}\\b`));
  });

  test.each([
    ["of another server does not get the key or the headers", {}, undefined, undefined],
    ["gets its own key", { fallback_api_key: "sk-ffff" }, "Bearer sk-ffff", undefined],
  ])("%s", async (_name, form, authorization, team) => {
    first.handler = answer("", 500);
    await ask(fallback({ extra_headers: "X-Team: blue-secret", ...form }));
    expect(second.lastRequest?.headers.authorization).toBe(authorization);
    expect(second.lastRequest?.headers["x-team"]).toBe(team);
    expect(first.lastRequest?.headers["x-team"]).toBe("blue-secret");
  });

  test("of the same server gets the key and the headers", async () => {
    first.handler = (request, response) =>
      (request.path.startsWith("/b/") ? good : answer("", 500))(request, response);
    await ask({ fallback_url: `${first.origin}/b/v1`, extra_headers: "X-Team: blue-secret" });
    expect(first.lastRequest?.path).toBe("/b/v1/chat/completions");
    expect(first.lastRequest?.headers).toMatchObject({
      authorization: "Bearer sk-aaaa",
      "x-team": "blue-secret",
    });
  });

  test("may have several keys", async () => {
    first.handler = answer("", 500);
    second.handler = refusing(limited, "sk-bbbb");
    expect((await ask(fallback({ fallback_api_key: "sk-bbbb,sk-cccc" }))).error).toBeUndefined();
    expect(keys(second)).toEqual(["sk-bbbb", "sk-cccc"]);
  });

  test.each(["/v1/chat/completions", "", "/v1/", "/v1/embeddings"])("may be pasted as %s", async (path) => {
    first.handler = answer("", 500);
    await ask({ fallback_url: `${second.origin}${path}` });
    expect(second.lastRequest?.path).toBe("/v1/chat/completions");
  });

  test.each([400, 401, 403, 404, 413])("is not asked after %i", async (status) => {
    first.handler = answer("", status);
    expect((await ask(fallback())).error).toBeDefined();
    expect(second.requests).toEqual([]);
  });

  test("is not asked once text was sent on", async () => {
    first.handler = answerEvents([chunk("Hel"), { error: { message: "overloaded", code: 503 } }]);
    const { error, pieces } = await ask(fallback());
    expect(error?.type).toBe("InvokeServerUnavailableError");
    expect(pieces.length).toBe(1);
    expect(second.requests).toEqual([]);
  });

  test("is asked when every key is limited, within six requests", async () => {
    first.handler = limited;
    const api_key = Array.from({ length: 8 }, (_, i) => `sk-aaaa${i}`).join(",");
    expect(text(await ask(fallback({ api_key })))).toBe("Hello");
    expect([first.requests.length, second.requests.length]).toEqual([4, 1]);
  });

  test("that fails as well is mentioned; told is the first", async () => {
    first.handler = limited;
    second.handler = answer("", 401);
    const form = fallback({ fallback_api_key: "sk-ffff" });
    const told = (reply: Reply): void => {
      expect(reply.error?.type).toBe("InvokeRateLimitError");
      expect(reply.error?.message).toBe(
        'Too many requests. Try again later, or put a key with a higher limit into "API Key". ' +
          'The fallback failed as well: The server refused the key. Check "Fallback API Key": mistyped, ' +
          `revoked, or another server's? 429 from POST ${first.origin}/v1/chat/completions, model "${model}", mode chat`,
      );
    };
    told(await ask(form));
    expect([first.requests.length, second.requests.length]).toEqual([1, 1]);
    // Asked first by now, but not more important.
    told(await ask(form));
    expect(second.requests.length).toBe(2);
  });

  test("whose answer breaks off is told by its own failure", async () => {
    first.handler = answer("", 500);
    second.handler = answerEvents([chunk("Hel"), { error: { message: "overloaded", code: 503 } }]);
    const { error, pieces } = await ask(fallback());
    expect(error?.message).toMatch(/^Fallback: The server is overloaded\. /);
    expect(error?.message).toContain(second.origin);
    expect(pieces.length).toBe(1);
  });

  test("is left when it fails and the first one is back", async () => {
    first.handler = answer("", 500);
    await ask(fallback());
    first.handler = says("back");
    second.handler = answer("", 400);
    expect(text(await ask(fallback()))).toBe("back");
    // It is first again.
    const before = second.requests.length;
    expect(text(await ask(fallback()))).toBe("back");
    expect(second.requests.length).toBe(before);
  });

  test.each(EVERY_TYPE)("is validated for %s", async (model_type, _data, handler) => {
    first.handler = handler;
    second.handler = answer("", 401);
    const { error } = await validate(fallback({ fallback_api_key: "sk-ffff" }), model_type);
    expect(error?.type).toBe("CredentialsValidateFailedError");
    expect(error?.message).toMatch(/^Fallback: The server refused the key\. Check "Fallback API Key".* 401/);
    second.handler = handler;
    expect((await validate(fallback(), model_type)).error).toBeUndefined();
  });

  test.each([
    [
      "not reached",
      { fallback_url: NOWHERE },
      'set "Fallback Base URL" to http://host.docker.internal:9/v1. No answer (ECONNREFUSED)',
    ],
    [
      "no address",
      { fallback_url: "ftp://host" },
      '"Fallback Base URL" must begin with http:// or https://.',
    ],
    ["no server, but a key", { fallback_api_key: "sk-ffff" }, '"Fallback Base URL" is empty'],
    ["no server, but a model", { fallback_model: "x" }, '"Fallback Base URL" is empty'],
  ])("that is %s is refused while saving", async (_name, form, message) => {
    const { error } = await validate(form);
    expect(error?.type).toBe("CredentialsValidateFailedError");
    expect(error?.message).toContain(message);
  });

  test("does not help a first one that cannot be saved", async () => {
    const { error } = await validate(fallback({ endpoint_url: NOWHERE }));
    expect(error?.message).toMatch(/^Nothing listens .*"Base URL"/);
    expect(second.requests).toEqual([]);
  });

  test("whose stored address makes no sense takes nothing from a call", async () => {
    expect((await ask({ fallback_url: "ftp://host" })).error).toBeUndefined();
    expect(daemon.log.join("\n")).toContain("fallback_url must begin with http:// or https://");
  });
});

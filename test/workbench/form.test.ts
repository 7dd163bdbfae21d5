/** The form: as the provider declares it, where it leads, and who gets its key. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { MODEL_TYPES } from "../../src/check/stages.ts";
import type {
  Bootstrap,
  CallRequest,
  Connection,
  Resolved,
  SecretStates,
} from "../../src/workbench/contract.ts";
import { answer, Upstream } from "../upstream/upstream.ts";
import { Client } from "./client.ts";

let client: Client;
let upstream: Upstream;
let hello: Bootstrap;
beforeAll(async () => {
  upstream = await Upstream.start();
  client = await Client.start();
  hello = await client.bootstrap();
});
afterAll(async () => {
  await client.close();
  await upstream.close();
});
afterEach(() => {
  upstream.requests.length = 0;
});

const KEY = "sk-workbench-0123456789abcdef";

const resolve = (connection: Partial<Connection>, of = client): Promise<Resolved> =>
  of.ask<Resolved>("POST", "/api/resolve", { type: "llm", models: {}, values: {}, ...connection });

/** The smallest call of each type. */
function smallest(values: Record<string, string>): CallRequest[] {
  const asked = { model: "m", values };
  return [
    { type: "llm", ...asked, messages: [{ role: "user", content: "hi" }] },
    { type: "text-embedding", ...asked, texts: ["a"] },
    { type: "rerank", ...asked, query: "q", docs: ["a"] },
    { type: "tts", ...asked, text: "a", voice: "alloy" },
    { type: "speech2text", ...asked, base64_data: "UklGRg==" },
    { type: "moderation", ...asked, text: "a" },
  ];
}

test("the form is the provider's, each variable once", () => {
  const { fields, modelName } = hello.form;
  expect(modelName.label).toEqual({ en_US: "Model name", zh_Hans: "模型名称" });
  expect(fields[0]).toMatchObject({ variable: "endpoint_url", required: true, showOn: [] });
  expect(new Set(fields.map(({ variable }) => variable)).size).toBe(fields.length);
  const contextSize = fields.find(({ variable }) => variable === "context_size");
  expect(contextSize?.showOn).toEqual(
    ["llm", "text-embedding", "rerank"].map((value) => [
      { variable: "advanced", value: "manual" },
      { variable: "__model_type", value },
    ]),
  );
  expect(hello.types.map(({ type }) => type)).toEqual(MODEL_TYPES);
});

test("it begins with the embedded endpoint", async () => {
  expect(hello.connection.values).toEqual({ endpoint_url: hello.demo.url });
  expect(hello.plugin).toMatchObject({ state: "running", pid: client.pid });
  expect(await resolve(hello.connection)).toMatchObject({ isDemo: true, complaints: [] });
});

test.each(["", "/", "/v1", "/v1/chat/completions", "/v1/embeddings?team=7", "/api/v4", "/openai/v1/rerank/"])(
  "calls go where the page says: %s",
  async (path) => {
    // Nothing is learned of an answer like that.
    upstream.handler = answer({ error: { message: "no" } }, 400);
    const values = { endpoint_url: `${upstream.origin}${path}` };
    const { requests } = await resolve({ values });
    for (const call of smallest(values)) {
      upstream.requests.length = 0;
      // oxlint-disable-next-line no-await-in-loop
      await client.call(call);
      // Voices may be asked for before.
      const sent = upstream.requests.find(({ method }) => method === "POST");
      const told = requests.find(({ type }) => type === call.type);
      expect(`${sent?.method} ${upstream.origin}${sent?.path.replace("team=7", "team=***")}`).toBe(
        `${told?.method} ${told?.url}`,
      );
    }
  },
);

test("the mode of a language model, and its name in a path", async () => {
  const responses = await resolve({
    values: { endpoint_url: "https://host/v1", advanced: "manual", mode: "responses" },
  });
  expect(responses.requests[0]?.url).toBe("https://host/v1/responses");
  const hidden = await resolve({ values: { endpoint_url: "https://host/v1", mode: "responses" } });
  expect(hidden.requests[0]?.url).toBe("https://host/v1/chat/completions");
  const azure = await resolve({
    models: { llm: "gpt" },
    values: { endpoint_url: "https://r.openai.azure.com/?api-version=2024-10-21" },
  });
  expect(azure.requests[0]?.url).toBe(
    "https://r.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
  );
});

test("what makes no sense is named with its field, in both languages", async () => {
  const { complaints, requests } = await resolve({
    values: { endpoint_url: "not an address", advanced: "manual", context_size: "many", mode: "odd" },
  });
  expect(complaints.map(({ field }) => field).toSorted()).toEqual(["context_size", "endpoint_url", "mode"]);
  expect(complaints.find(({ field }) => field === "context_size")?.message).toEqual({
    en_US: '"Context size" must be a whole number of tokens, at least 1.',
    zh_Hans: "“上下文长度”须为不小于 1 的整数（token 数）。",
  });
  expect(requests.every(({ url }) => url === undefined)).toBe(true);
  expect((await resolve({ values: {} })).complaints).toMatchObject([{ field: "endpoint_url" }]);
});

test("what was entered is there again when the page is opened again", async () => {
  const entered: Connection = {
    type: "tts",
    models: { tts: "voice-1" },
    values: { endpoint_url: "https://host/v1", advanced: "manual", speed: "1.5" },
  };
  await resolve(entered);
  expect((await client.bootstrap()).connection).toEqual(entered);
});

test("a key is typed once, and comes back as a mask", async () => {
  upstream.handler = answer({ results: [{ flagged: false }] });
  const values = { endpoint_url: `${upstream.origin}/v1` };
  const moderate = () => client.call({ type: "moderation", model: "m", values, text: "a" });
  const states = await client.ask<SecretStates>("POST", "/api/secrets", { variable: "api_key", value: KEY });
  expect(states).toEqual({ api_key: { mask: "sk-…cdef" } });
  expect((await client.bootstrap()).secrets).toEqual(states);
  expect(await resolve({ values })).toMatchObject({ keySentAs: "Authorization: Bearer" });
  await moderate();
  expect(upstream.lastRequest?.headers.authorization).toBe(`Bearer ${KEY}`);

  expect(await client.ask("POST", "/api/secrets", { variable: "api_key", value: null })).toEqual({});
  await moderate();
  expect(upstream.lastRequest?.headers.authorization).toBeUndefined();
});

test("a short key shows nothing of itself", async () => {
  const states = await client.ask("POST", "/api/secrets", { variable: "api_key", value: "hunter2" });
  expect(JSON.stringify(states)).not.toMatch(/hun|er2/);
  await client.ask("POST", "/api/secrets", { variable: "api_key", value: null });
});

test("only secret fields take secrets, and a page cannot put one among the values", async () => {
  await expect(client.ask("POST", "/api/secrets", { variable: "endpoint_url", value: "x" })).rejects.toThrow(
    "no secret field",
  );
  await resolve({ values: { endpoint_url: "https://host/v1", api_key: KEY } });
  expect((await client.bootstrap()).connection.values).toEqual({ endpoint_url: "https://host/v1" });
});

test("a key of the environment goes to its own server and to no other", async () => {
  const other = await Upstream.start();
  for (const server of [upstream, other]) server.handler = answer({ results: [{ flagged: false }] });
  const begun = await Client.start({
    server: {
      url: `${upstream.origin}/v1`,
      type: "moderation",
      model: "m",
      key: { value: KEY, environment: "MY_KEY" },
    },
  });
  const { connection, secrets } = await begun.bootstrap();
  expect(connection).toEqual({
    type: "moderation",
    models: { moderation: "m" },
    values: { endpoint_url: `${upstream.origin}/v1` },
  });
  expect(secrets).toEqual({ api_key: { mask: "sk-…cdef", environment: "MY_KEY", origin: upstream.origin } });
  for (const server of [upstream, other]) {
    const values = { endpoint_url: `${server.origin}/v1` };
    // oxlint-disable-next-line no-await-in-loop
    await begun.call({ type: "moderation", model: "m", values, text: "a" });
  }
  expect(upstream.lastRequest?.headers.authorization).toBe(`Bearer ${KEY}`);
  expect(other.lastRequest?.headers.authorization).toBeUndefined();
  const elsewhere = await resolve({ values: { endpoint_url: `${other.origin}/v1` } }, begun);
  expect(elsewhere.keyWithheld?.en_US).toBe(
    `The key of $MY_KEY belongs to ${upstream.origin} and is not sent anywhere else.`,
  );
  expect(elsewhere.keySentAs).toBeUndefined();
  await begun.close();
  await other.close();
});

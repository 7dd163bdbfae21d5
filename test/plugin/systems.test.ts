/**
 * The systems people are told to use, one a row, each type validated and invoked: where the request goes,
 * how the key is sent, and the whole body. A proxy puts our own server in the place of every host.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { startProxy, type ForwardProxy } from "../upstream/proxy.ts";
import { answer, answerEvents, Upstream, type Handler } from "../upstream/upstream.ts";

interface System {
  system: string;
  pasted: string;
  model: string;
  /** Type → the full URL of its request; a type that is absent is not offered there. */
  urls: Record<string, string>;
  /** The header that carries the key. */
  key: "authorization" | "api-key";
  /** The name of the token limit. */
  limit: "max_tokens" | "max_completion_tokens";
  /** What switching thinking on adds to the body; null where it is not part of the system's own facts. */
  thinking: object | null;
}

const rows = JSON.parse(readFileSync(join(import.meta.dirname, "systems.json"), "utf8")) as System[];
const cases = rows.flatMap((row) => Object.keys(row.urls).map((type) => [row.system, type, row] as const));

const TOOL = { name: "f", description: "d", parameters: { type: "object", properties: {} } };
const WAV = "524946462400000057415645666d74201000000001000100401f0000803e0000020010006461746100000000";

const CALLS: Record<string, { action: string } & Record<string, unknown>> = {
  llm: {
    action: "invoke_llm",
    prompt_messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "hi" },
    ],
    model_parameters: { max_tokens: 64, temperature: 0.5 },
    tools: [TOOL],
    stop: ["END"],
    stream: true,
  },
  "text-embedding": { action: "invoke_text_embedding", texts: ["a", "b"], input_type: "document" },
  rerank: { action: "invoke_rerank", query: "q", docs: ["a", "b"], score_threshold: 0, top_n: 0 },
  speech2text: { action: "invoke_speech2text", file: WAV },
  tts: { action: "invoke_tts", content_text: "x", voice: "alloy", tenant_id: "t" },
};

const ANSWERS: Record<string, Handler> = {
  llm: answerEvents([
    { choices: [{ delta: { content: "Hello" }, finish_reason: "stop" }] },
    "data: [DONE]\n\n",
  ]),
  "text-embedding": answer({ data: [{ embedding: [1] }, { embedding: [2] }] }),
  rerank: answer({
    results: [
      { index: 0, relevance_score: 1 },
      { index: 1, relevance_score: 0 },
    ],
  }),
  speech2text: answer({ text: "hi" }),
  tts: answer(Buffer.from("fff38464", "hex"), 200, { "content-type": "audio/mpeg" }),
};

/** The body of the call above, as the row's server must get it. */
function golden({ model, limit }: System, type: string): object | undefined {
  const bodies: Record<string, object> = {
    llm: {
      model,
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "hi" },
      ],
      [limit]: 64,
      temperature: 0.5,
      stop: ["END"],
      tools: [{ type: "function", function: TOOL }],
      stream: true,
      stream_options: { include_usage: true },
    },
    "text-embedding": { model, input: ["a", "b"] },
    rerank: { model, query: "q", documents: ["a", "b"], top_n: 2 },
    tts: { model, input: "x", voice: "alloy", response_format: "mp3" },
  };
  return bodies[type];
}

let daemon: StandInDaemon;
let plain: Upstream;
let secure: Upstream;
let proxy: ForwardProxy;

beforeAll(async () => {
  plain = await Upstream.start();
  secure = await Upstream.start("https");
  proxy = await startProxy({ standIn: { plain, secure } });
  daemon = await StandInDaemon.launch(inject("packageFolder"));
});
afterAll(async () => {
  await daemon.close();
  await proxy.close();
  await plain.close();
  await secure.close();
});
beforeEach(() => {
  proxy.seen.length = 0;
  plain.requests.length = 0;
  secure.requests.length = 0;
});

function call({ pasted, model }: System, type: string, data: { action: string } & Record<string, unknown>) {
  plain.handler = secure.handler = ANSWERS[type] ?? answer("");
  return daemon.call({
    provider: "openai_compatible",
    model,
    model_type: type,
    credentials: { endpoint_url: pasted, api_key: "sk-secret", proxy_url: proxy.url, tls_verify: "off" },
    ...data,
  });
}

/** The last request as its sender meant it. */
function sent() {
  const request = plain.requests.at(-1) ?? secure.requests.at(-1);
  const scheme = plain.requests.length > 0 ? "http" : "https";
  return { ...request, url: `${scheme}://${request?.headers.host}${request?.path}` };
}

describe.each(cases)("%s, %s", (_system, type, row) => {
  test("is validated at its address with its key", async () => {
    const reply = await call(row, type, { action: "validate_model_credentials" });
    expect(reply.error).toBeUndefined();
    expect(sent().url).toBe(row.urls[type]);
    const key = row.key === "api-key" ? { "api-key": "sk-secret" } : { authorization: "Bearer sk-secret" };
    expect(sent().headers).toMatchObject(key);
    expect(sent().headers).not.toHaveProperty(row.key === "api-key" ? "authorization" : "api-key");
  });

  test("is asked with the very body", async () => {
    const reply = await call(row, type, CALLS[type] ?? { action: "" });
    expect(reply.error).toBeUndefined();
    expect(sent().url).toBe(row.urls[type]);
    const body = golden(row, type);
    if (body) expect(JSON.parse(String(sent().body))).toEqual(body);
    else expect(sent().body?.toString("latin1")).toContain(`name="model"\r\n\r\n${row.model}`);
  });
});

describe.each(rows.filter(({ thinking }) => thinking))("$system", (row) => {
  test("is told to think in its own dialect", async () => {
    const parameters = { max_tokens: 64, temperature: 0.5, enable_thinking: true };
    const reply = await call(row, "llm", {
      ...CALLS["llm"],
      action: "invoke_llm",
      model_parameters: parameters,
    });
    expect(reply.error).toBeUndefined();
    expect(JSON.parse(String(sent().body))).toEqual({ ...golden(row, "llm"), ...row.thinking });
  });
});

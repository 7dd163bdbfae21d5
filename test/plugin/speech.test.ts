/** Speech in several requests: long texts, voices, and the second way to send a recording. */
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startProxy, type ForwardProxy } from "../upstream/proxy.ts";
import { answer, type Handler, type RecordedRequest } from "../upstream/upstream.ts";
import { daemon, model, upstream } from "./stage.ts";

const notFound = answer({ detail: "Not Found" }, 404);
const frame = (filler: number) => Buffer.concat([Buffer.from("fffb9000", "hex"), Buffer.alloc(413, filler)]);
const mp3 = (body: Buffer) => answer(body, 200, { "content-type": "audio/mpeg" });

function call(
  type: string,
  data: { action: string } & Record<string, unknown>,
  credentials = {},
  onPiece = () => {},
) {
  const form = { endpoint_url: `${upstream.origin}/v1`, api_key: "sk-secret", ...credentials };
  const target = { provider: "openai_compatible", model, model_type: type, credentials: form };
  return daemon.call({ ...target, ...data }, onPiece);
}

const say = (content_text: string, credentials = {}, voice = "nova", onPiece = () => {}) =>
  call("tts", { action: "invoke_tts", content_text, voice, tenant_id: "t" }, credentials, onPiece);
const voices = (credentials = {}) =>
  call("tts", { action: "get_tts_model_voices", language: "" }, credentials);
const hear = (file: Buffer, credentials = {}) =>
  call("speech2text", { action: "invoke_speech2text", file: file.toString("hex") }, credentials);

const audioOf = (pieces: readonly unknown[]) =>
  Buffer.concat(pieces.map((piece) => Buffer.from((piece as { result: string }).result, "hex")));
const jsonOf = ({ body }: RecordedRequest) => JSON.parse(String(body)) as Record<string, unknown>;
const spoken = () =>
  upstream.requests.filter(({ path }) => path === "/v1/audio/speech").map((one) => jsonOf(one)["input"]);
const isJson = ({ headers }: RecordedRequest) => headers["content-type"] === "application/json";
const paths = () => upstream.requests.map(({ method, path }) => `${method} ${path}`);

const wav = (samples: Buffer) => {
  const header = Buffer.from(
    "524946460000000057415645666d74201000000001000100401f0000803e0000020010006461746100000000",
    "hex",
  );
  header.writeUInt32LE(36 + samples.length, 4);
  header.writeUInt32LE(samples.length, 40);
  // What stands behind the samples is no sound.
  return Buffer.concat([header, samples, Buffer.from("4c49535404000000494e464f", "hex")]);
};

/** Answers each speech request by its text, and every other with 404. */
function speakWith(handlerFor: (input: string) => Handler): void {
  upstream.handler = (request, response) =>
    (request.path === "/v1/audio/speech" ? handlerFor(String(jsonOf(request)["input"])) : notFound)(
      request,
      response,
    );
}

describe("a long text", () => {
  const text = "First sentence. Second sentence. Third one.";
  const cut = { word_limit: "20" };

  test("is cut at sentences and heard as one MP3", async () => {
    const id3 = Buffer.from("49443303000000000004aaaaaaaa", "hex");
    const info = Buffer.concat([Buffer.from("fffb9000", "hex"), Buffer.alloc(413)]);
    info.write("Info", 36, "latin1");
    const tag = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125, 0x20)]);
    speakWith((input) => mp3(Buffer.concat([id3, info, frame(input.length), frame(input.length), tag])));
    const { pieces, error } = await say(text, cut);
    expect(error).toBeUndefined();
    expect(spoken()).toEqual(["First sentence.", "Second sentence.", "Third one."]);
    const frames = [15, 15, 16, 16, 10, 10].map(frame);
    expect(audioOf(pieces).equals(Buffer.concat(frames))).toBe(true);
    expect(pieces).toSatisfy((all: { mime_type: string }[]) =>
      all.every(({ mime_type }) => mime_type === "audio/mpeg"),
    );
  });

  test("is heard from its beginning before its end is asked for", async () => {
    let held: ServerResponse | undefined;
    speakWith((input) => (request, response) => {
      if (input === "Third one.") held = response;
      else void mp3(frame(1))(request, response);
    });
    let early = 0;
    const whole = say(text, cut, "nova", () => (early += 1));
    await expect.poll(() => held !== undefined).toBe(true);
    await expect.poll(() => early).toBeGreaterThanOrEqual(2);
    held?.writeHead(200, { "content-type": "audio/mpeg" }).end(frame(1));
    expect(audioOf((await whole).pieces)).toHaveLength(3 * 417);
  });

  test("is heard as one WAV with one header", async () => {
    speakWith((input) => mp3(wav(Buffer.alloc(20, input.length))));
    const { pieces } = await say(text, { ...cut, audio_type: "wav" });
    const whole = audioOf(pieces);
    expect(whole.toString("latin1", 0, 4)).toBe("RIFF");
    expect(whole.readUInt32LE(4)).toBe(0xffff_ffff);
    expect(whole.readUInt32LE(40)).toBe(0xffff_ffff);
    expect(whole.subarray(44)).toEqual(Buffer.concat([15, 16, 10].map((one) => Buffer.alloc(20, one))));
    expect((pieces[0] as { mime_type: string }).mime_type).toBe("audio/wav");
  });

  test("is not asked for in a format that cannot be joined", async () => {
    const { error } = await say(text, { ...cut, audio_type: "flac" });
    expect(error?.type).toBe("InvokeBadRequestError");
    expect(error?.message).toMatch(/flac.*"Audio format".*"Characters per request"/);
    expect(upstream.requests).toEqual([]);
  });

  test("is refused when the server answers in such a format unasked", async () => {
    speakWith(() => mp3(Buffer.from("664c614300000022000000000000000000", "hex")));
    const { error } = await say(text, cut);
    expect(error?.message).toMatch(/flac.*"Audio format"/);
    expect(spoken()).toHaveLength(1);
  });

  test("whose part fails is told with the server's words, after what was heard", async () => {
    speakWith((input) =>
      input === "Third one." ? answer({ error: { message: "voice engine died" } }, 400) : mp3(frame(1)),
    );
    const { pieces, error } = await say(text, cut);
    expect(audioOf(pieces)).toHaveLength(2 * 417);
    expect(error?.message).toContain("voice engine died");
  });

  test("whose part fails for a moment is completed", async () => {
    let failed = false;
    speakWith((input) => {
      if (input !== "Second sentence." || failed) return mp3(frame(1));
      failed = true;
      return answer("busy", 503, { "retry-after-ms": "1" });
    });
    const { pieces, error } = await say(text, cut);
    expect(error).toBeUndefined();
    expect(audioOf(pieces)).toHaveLength(3 * 417);
  });

  test.each([
    ["Pydantic", "String should have at most 20 characters"],
    ["Zod", "Too big: expected string to have <=20 characters"],
  ])("is cut as the server says it must be, and the next one at once: %s", async (_name, msg) => {
    const tooLong = answer(
      {
        detail: [
          {
            loc: ["body", "input"],
            msg,
            type: "string_too_long",
          },
        ],
      },
      422,
    );
    speakWith((input) => (input.length > 20 ? tooLong : mp3(frame(1))));
    expect((await say(text)).error).toBeUndefined();
    expect(spoken()).toEqual([text, "First sentence.", "Second sentence.", "Third one."]);
    upstream.requests.length = 0;
    expect(audioOf((await say("Fourth sentence. Fifth one.")).pieces)).toHaveLength(2 * 417);
    expect(spoken()).toEqual(["Fourth sentence.", "Fifth one."]);
  });

  test("comes in pieces far below the longest line", async () => {
    speakWith(() => mp3(Buffer.alloc(3_000_000, 0x90)));
    const { pieces } = await say("Long audio.");
    const sizes = pieces.map((piece) => (piece as { result: string }).result.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2 * 64 * 1024);
    expect(audioOf(pieces)).toHaveLength(3_000_000);
  });
});

test("a short text is heard while the server still speaks", async () => {
  let speaking: ServerResponse | undefined;
  speakWith(() => (_request, response) => {
    speaking = response;
    response.writeHead(200, { "content-type": "audio/mpeg" }).write(frame(1));
  });
  let early = 0;
  const whole = say("Hi", {}, "nova", () => (early += 1));
  await expect.poll(() => early).toBeGreaterThan(0);
  speaking?.end(frame(2));
  expect(audioOf((await whole).pieces)).toEqual(Buffer.concat([frame(1), frame(2)]));
});

describe("voices", () => {
  const listed = [
    ["names (Kokoro-FastAPI before 0.3)", { voices: ["af_bella", "am_adam"] }],
    ["objects (Kokoro-FastAPI)", { voices: ["af_bella", "am_adam"].map((id) => ({ id, name: id })) }],
    ["ids only", { object: "list", data: [{ voice_id: "af_bella" }, { voice_id: "am_adam" }] }],
    ["a bare list", ["af_bella", "am_adam", "af_bella", "", 7, null]],
  ] as const;
  test.each(listed)("are those of the server: %s", async (_name, list) => {
    upstream.handler = answer(list);
    const { pieces } = await voices();
    const both = ["af_bella", "am_adam"].map((voice) => ({ name: voice, value: voice }));
    expect(pieces).toEqual([{ voices: both }]);
    expect(paths()).toEqual(["GET /v1/audio/voices"]);
  });

  test("are those of the model, where the server tells them apart (Together)", async () => {
    upstream.handler = answer({
      data: [
        { model: "other", voices: [{ name: "hidden" }] },
        { model, voices: [{ name: "Sarah" }] },
      ],
    });
    expect((await voices()).pieces).toEqual([{ voices: [{ name: "Sarah", value: "Sarah" }] }]);
  });

  test("keep their titles (Speaches)", async () => {
    upstream.handler = answer({ object: "list", voices: [{ id: "v1", name: "Ann", language: "en-us" }] });
    expect((await voices()).pieces).toEqual([{ voices: [{ name: "Ann", value: "v1" }] }]);
  });

  test("of the form come first", async () => {
    upstream.handler = answer({ voices: ["af_bella", "anna"] });
    const { pieces } = await voices({ voices: "anna, ben" });
    expect(pieces).toMatchObject([{ voices: [{ value: "anna" }, { value: "ben" }, { value: "af_bella" }] }]);
  });

  test("are looked for where servers have them, and not again", async () => {
    upstream.handler = (request, response) =>
      (request.path === "/voices" ? answer({ voices: ["x"] }) : notFound)(request, response);
    expect((await voices()).pieces).toMatchObject([{ voices: [{ value: "x" }] }]);
    expect(paths()).toEqual(["GET /v1/audio/voices", "GET /audio/voices", "GET /v1/voices", "GET /voices"]);
    upstream.requests.length = 0;
    expect((await voices()).pieces).toMatchObject([{ voices: [{ value: "x" }] }]);
    expect(upstream.requests).toEqual([]);
  });

  test.each([
    ["fails", answer("oops", 500)],
    ["wants another key", answer({ error: "no" }, 401)],
    ["shows a page", answer("<!doctype html><title>x</title>", 200, { "content-type": "text/html" })],
    ["answers something else", answer({ voices: { a: 1 } })],
  ])("are OpenAI's when the server %s", async (_name, handler) => {
    upstream.handler = handler;
    expect((await voices()).pieces).toMatchObject([{ voices: [{ value: "alloy" }, {}, {}, {}, {}, {}] }]);
    const asked = upstream.requests.length;
    expect(new Set(paths()).size).toBe(asked);
    await voices();
    expect(upstream.requests).toHaveLength(asked);
  });

  test("are not waited for", { timeout: 15_000 }, async () => {
    upstream.handler = () => undefined;
    expect((await voices()).pieces).toMatchObject([{ voices: [{ value: "alloy" }, {}, {}, {}, {}, {}] }]);
    expect(upstream.requests).toHaveLength(1);
  });

  test("are not asked for by the model's schema", async () => {
    upstream.handler = answer({ voices: ["x"] });
    const { pieces } = await call("tts", { action: "get_ai_model_schemas" });
    expect(pieces).toMatchObject([{ model_schema: { model_properties: { default_voice: "alloy" } } }]);
    expect(upstream.requests).toEqual([]);
  });

  const chosen = [
    ["keeps one that is listed", "am_adam", {}, "am_adam"],
    ["keeps a mix of those listed", "af_bella(2)+am_adam(1)", {}, "af_bella(2)+am_adam(1)"],
    ["takes the first one listed for one that is unknown", "nova", {}, "af_bella"],
    ["takes the form's first for one that is unknown", "nova", { voices: "anna" }, "anna"],
    ["keeps one that is listed beside the form's", "am_adam", { voices: "anna" }, "am_adam"],
    ["takes the first one listed for none", " ", {}, "af_bella"],
  ] as const;
  test.each(chosen)("%s", async (_name, wanted, credentials, expected) => {
    upstream.handler = (request, response) =>
      (request.method === "GET" ? answer({ voices: ["af_bella", "am_adam"] }) : mp3(frame(1)))(
        request,
        response,
      );
    expect((await say("Hi", credentials, wanted)).error).toBeUndefined();
    expect(jsonOf(upstream.lastRequest as RecordedRequest)["voice"]).toBe(expected);
  });

  test("are listed for a form that leads nowhere", async () => {
    const { pieces } = await voices({ endpoint_url: "not an address", voices: "anna" });
    expect(pieces).toEqual([{ voices: [{ name: "anna", value: "anna" }] }]);
  });
});

describe("a recording", () => {
  const flac = Buffer.concat([Buffer.from("664c614300000022", "hex"), Buffer.alloc(60)]);
  const json = {
    input_audio: { data: flac.toString("base64"), format: "flac" },
    language: "de",
  };

  const refusals = [
    ["its media type", answer({ detail: "Unsupported Media Type" }, 415)],
    ["its media type without a word", answer("", 415)],
    ["what is no JSON", answer({ error: { message: "Invalid JSON in request body" } }, 400)],
    [
      "a missing input_audio",
      answer({ error: [{ path: ["input_audio"], message: "input_audio: Required" }] }, 422),
    ],
  ] as const;
  test.each(refusals)("is sent as JSON to a server that refuses %s, from then on", async (_name, refusal) => {
    upstream.handler = (request, response) =>
      (isJson(request) ? answer({ text: "hello", usage: { cost: 1 } }) : refusal)(request, response);
    expect((await hear(flac, { language: "de" })).pieces).toEqual([{ result: "hello" }]);
    expect(jsonOf(upstream.lastRequest as RecordedRequest)).toEqual({ model, ...json });
    upstream.requests.length = 0;
    expect((await hear(flac)).pieces).toEqual([{ result: "hello" }]);
    expect(upstream.requests.map(isJson)).toEqual([true]);
  });

  test("that cannot be decoded is not sent again", async () => {
    const message = "Failed to decode audio. The provided file type is not supported.";
    upstream.handler = answer({ detail: message }, 415);
    expect((await hear(flac)).error?.message).toContain(message);
    expect(upstream.requests).toHaveLength(1);
  });

  test("refused both ways is told as it was refused first", async () => {
    upstream.handler = (request, response) =>
      answer({ error: { message: isJson(request) ? "file: Field required" : "bad form-data" } }, 400)(
        request,
        response,
      );
    expect((await hear(flac)).error?.message).toContain("bad form-data");
    expect(upstream.requests).toHaveLength(2);
  });

  test("above the limit of the form is not sent", async () => {
    const { error } = await hear(Buffer.concat([flac, Buffer.alloc(1_100_000)]), { file_upload_limit: "1" });
    expect(error?.type).toBe("InvokeBadRequestError");
    expect(error?.message).toMatch(/1\.1 MB.*1 MB.*"Largest recording"/);
    expect(upstream.requests).toEqual([]);
  });
});

describe("a well-known host", () => {
  let proxy: ForwardProxy;
  const at = (endpoint_url: string) => ({ endpoint_url, proxy_url: proxy.url });

  beforeAll(async () => {
    proxy = await startProxy({ standIn: { plain: upstream, secure: upstream } });
  });
  afterAll(() => proxy.close());

  test("OpenRouter gets recordings as JSON at once", async () => {
    upstream.handler = answer({ text: "hello", usage: { seconds: 9.2, cost: 0.0005 } });
    const { pieces } = await hear(Buffer.from("fffb900000000000", "hex"), at("http://openrouter.ai/api/v1"));
    expect(pieces).toEqual([{ result: "hello" }]);
    expect(paths()).toEqual(["POST /api/v1/audio/transcriptions"]);
    const input_audio = { data: "//uQAAAAAAA=", format: "mp3" };
    expect(jsonOf(upstream.lastRequest as RecordedRequest)).toEqual({ model, input_audio });
  });

  test("Together lists its voices in a place of its own", async () => {
    upstream.handler = answer({ data: [{ model, voices: [{ name: "Sarah" }] }] });
    const { pieces } = await voices(at("http://api.together.xyz"));
    expect(pieces).toEqual([{ voices: [{ name: "Sarah", value: "Sarah" }] }]);
    expect(paths()).toEqual(["GET /v1/voices"]);
  });

  test("OpenAI is not asked: it lists an account's own voices alone", async () => {
    const { pieces } = await voices(at("http://api.openai.com/v1"));
    expect(pieces).toMatchObject([{ voices: [{ value: "alloy" }, {}, {}, {}, {}, {}] }]);
    expect(upstream.requests).toEqual([]);
  });
});

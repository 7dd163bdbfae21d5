/** The packaged plugin as a process: lines in, lines out, whatever comes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { launchPackage } from "../../src/host/launch.ts";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { answer, answerEvents, Upstream } from "../upstream/upstream.ts";

const chunk = (content: string, finish: string | null = null) => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});
const DONE = "data: [DONE]\n\n";

let daemon: StandInDaemon;
let upstream: Upstream;

beforeAll(async () => {
  upstream = await Upstream.start();
});
afterAll(() => upstream.close());
beforeEach(async () => {
  daemon = await StandInDaemon.launch(inject("packageFolder"));
});
afterEach(() => daemon.kill());

function target(model_type: string) {
  return {
    provider: "openai_compatible",
    model: "m-1",
    model_type,
    credentials: { endpoint_url: `${upstream.origin}/v1`, api_key: "sk-secret" },
  };
}

function ask(content = "hi", onPiece?: (piece: unknown) => void) {
  const prompt_messages = [{ role: "user", content }];
  return daemon.call({ action: "invoke_llm", ...target("llm"), prompt_messages, stream: true }, onPiece);
}

/** Two turns, so that everything sent before has been dealt with. */
async function stillAnswers(): Promise<void> {
  const reply = await daemon.call({ action: "get_tts_model_voices", ...target("tts"), language: "" });
  expect(reply.error).toBeUndefined();
}

describe("malformed input", () => {
  test.each([
    "not json",
    "{}",
    "[]",
    "null",
    '{"session_id":7,"event":"request","data":{}}',
    '{"event":"backwards_response"}',
  ])("goes on after the line %s", async (line) => {
    daemon.sendLine(line);
    await stillAnswers();
    await daemon.close();
  });

  const rows: [string, object, string[]][] = [
    ["an unknown action", { action: "invoke_dance" }, ["action", "invoke_dance", "invoke_llm"]],
    ["a missing model", { action: "invoke_llm", model: undefined }, ["invoke_llm", "model"]],
    ["a wrong model type", { action: "invoke_llm", model_type: "tts" }, ["invoke_llm", "model_type"]],
    ["messages of a wrong type", { action: "invoke_llm", prompt_messages: "hi" }, ["prompt_messages"]],
    [
      "texts that are null",
      { action: "invoke_text_embedding", model_type: "text-embedding", texts: null },
      ["texts"],
    ],
    [
      "a model type that is not offered",
      { action: "validate_model_credentials", model_type: "text2img" },
      ["model_type", "text2img"],
    ],
  ];
  test.each(rows)("%s gets an error that names it", async (_name, data, parts) => {
    const reply = await daemon.call({ action: "", ...target("llm"), ...data });
    expect(reply.error?.type).toBe("InvokeBadRequestError");
    for (const part of parts) expect(reply.error?.message).toContain(part);
    await daemon.close();
  });

  test.each([
    '{"session_id":"s-1","event":"request"}',
    '{"session_id":"s-1","event":"request","data":null}',
    '{"session_id":"s-1","data":{}}',
  ])("%s names a session, which gets an error", async (line) => {
    const answered = Promise.withResolvers<string>();
    const other = launchPackage(inject("packageFolder"), {
      node: process.execPath,
      onLine: (text) => text.includes('"s-1"') && answered.resolve(text),
    });
    other.send(line);
    expect(await answered.promise).toContain("action: is missing");
    other.kill();
  });

  test("what is quoted in an error is cut", async () => {
    const reply = await daemon.call({ ...target("llm"), action: "x".repeat(6_000_000) });
    expect(reply.error?.type).toBe("InvokeBadRequestError");
    expect(reply.error?.message.length).toBeLessThan(5_000);
    await daemon.close();
  });

  test("polling gets the class that makes Dify call directly", async () => {
    const reply = await daemon.call({ action: "start_polling", ...target("llm"), prompt_messages: [] });
    expect(reply.error?.type).toBe("PluginLLMPollingUnsupportedError");
    await daemon.close();
  });

  test("half-decoded messages are read tolerantly", async () => {
    upstream.handler = answerEvents([chunk("ok", "stop"), DONE]);
    const prompt_messages = [{ role: "", content: null, name: "", tool_calls: null, tool_call_id: "" }];
    const reply = await daemon.call({
      ...target("llm"),
      action: "invoke_llm",
      prompt_messages,
      model_parameters: null,
      tools: null,
      stop: null,
      stream: true,
    });
    expect(reply.error).toBeUndefined();
    expect(JSON.parse(String(upstream.lastRequest?.body)).messages).toEqual([{ role: "user", content: "" }]);
    await daemon.close();
  });
});

describe("provider-level validation", () => {
  test("asks for the models when an address is given", async () => {
    upstream.handler = answer({ object: "list", data: [] });
    const reply = await daemon.call({ action: "validate_provider_credentials", ...target("llm") });
    expect(reply.pieces).toEqual([{ result: true }]);
    expect(upstream.lastRequest).toMatchObject({ method: "GET", path: "/v1/models" });
    await daemon.close();
  });

  test("says that there is nothing to validate without one", async () => {
    const reply = await daemon.call({
      action: "validate_provider_credentials",
      provider: "p",
      credentials: null,
    });
    expect(reply.error?.type).toBe("CredentialsValidateFailedError");
    await daemon.close();
  });
});

test("many requests run side by side; one that fails harms none", async () => {
  const finish: (() => void)[] = [];
  upstream.handler = (request, response) => {
    const question = JSON.parse(String(request.body)).messages[0].content;
    if (question === "fail") return void response.writeHead(500).end("no");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(chunk(`${question}:`))}\n\n`);
    finish.push(() => response.end(`data: ${JSON.stringify(chunk("end", "stop"))}\n\n${DONE}`));
    // All are open at once before the first may end.
    if (finish.length === 50) for (const end of finish.toReversed()) end();
  };
  const questions = Array.from({ length: 50 }, (_, i) => `q${i}`);
  const failing = ask("fail");
  const replies = await Promise.all(questions.map((question) => ask(question)));
  for (const [i, { pieces }] of replies.entries()) {
    const texts = (pieces as { delta: { message: { content: string } } }[]).map(
      ({ delta }) => delta.message.content,
    );
    expect(texts.join("")).toBe(`q${i}:end`);
  }
  expect((await failing).error?.type).toBe("InvokeServerUnavailableError");
  await daemon.close();
});

test("text reaches Dify while the server still writes", async () => {
  const first = Promise.withResolvers<void>();
  upstream.handler = async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(chunk("first"))}\n\n`);
    await first.promise;
    response.end(`data: ${JSON.stringify(chunk("second", "stop"))}\n\n${DONE}`);
  };
  const reply = await ask("hi", () => first.resolve());
  expect(reply.error).toBeUndefined();
  await daemon.close();
});

test("a connection kept open after [DONE] holds nothing up", async () => {
  upstream.handler = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(chunk("all", "stop"))}\n\n${DONE}`);
  };
  expect((await ask()).error).toBeUndefined();
  await daemon.close();
});

/** What one server sends before it knows that there is more. */
const ALL = { ...chunk("all", "stop"), usage: { prompt_tokens: 1, completion_tokens: 1 } };

test("a connection kept open after what seems to be all holds nothing up for long", async () => {
  upstream.handler = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(ALL)}\n\n`);
  };
  expect((await ask()).error).toBeUndefined();
  await daemon.close();
});

test("what comes after what seems to be all is read", async () => {
  let goOn: (() => void) | undefined;
  upstream.handler = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(`data: ${JSON.stringify(ALL)}\n\n`);
    goOn = () => response.end(`data: ${JSON.stringify(chunk(" and more"))}\n\n${DONE}`);
  };
  const { pieces } = await ask("hi", () => goOn?.());
  expect(JSON.stringify(pieces)).toContain(" and more");
  await daemon.close();
});

test("a connection kept open after the last event of the Responses API holds nothing up", async () => {
  const response = {
    status: "completed",
    output: [{ type: "message", content: [{ type: "output_text", text: "all" }] }],
  };
  upstream.handler = (_request, response_) => {
    response_.writeHead(200, { "content-type": "text/event-stream" });
    response_.write(`data: ${JSON.stringify({ type: "response.completed", response })}\n\n`);
  };
  const { model_type, ...others } = target("llm");
  const reply = await daemon.call({
    action: "invoke_llm",
    ...others,
    model_type,
    credentials: { ...others.credentials, mode: "responses" },
    prompt_messages: [{ role: "user", content: "hi" }],
    stream: true,
  });
  expect(JSON.stringify(reply.pieces)).toContain("all");
  await daemon.close();
});

test("a character may straddle two packets", async () => {
  upstream.handler = async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const bytes = Buffer.from(`data: ${JSON.stringify(chunk("Grüße, 世界 🙂", "stop"))}\n\n${DONE}`);
    for (const byte of bytes) {
      // Each byte a packet of its own.
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
    }
    response.end();
  };
  const { pieces } = await ask();
  expect(JSON.stringify(pieces)).toContain("Grüße, 世界 🙂");
  await daemon.close();
});

test("an image of 20 MB passes in one line", async () => {
  upstream.handler = answerEvents([chunk("seen", "stop"), DONE]);
  const base64_data = "A".repeat(20 * 1024 * 1024);
  const content = [{ type: "image", base64_data, mime_type: "image/png", format: "png" }];
  const reply = await daemon.call({
    action: "invoke_llm",
    ...target("llm"),
    prompt_messages: [{ role: "user", content }],
    stream: true,
  });
  expect(reply.error).toBeUndefined();
  expect(upstream.lastRequest?.body.length).toBeGreaterThan(base64_data.length);
  await daemon.close();
});

test("an answer too long for one line is an error, and the plugin lives on", async () => {
  upstream.handler = answer({
    choices: [{ message: { content: "x".repeat(6_000_000) }, finish_reason: "stop" }],
  });
  const reply = await daemon.call({
    action: "invoke_llm",
    ...target("llm"),
    prompt_messages: [{ role: "user", content: "hi" }],
    stream: false,
  });
  expect(reply.error?.type).toBe("InvokeBadRequestError");
  expect(reply.error?.message).toContain("5242879");
  await stillAnswers();
  await daemon.close();
});

test("a daemon that does not read holds the server back", async () => {
  let written = 0;
  const stalled = Promise.withResolvers<void>();
  upstream.handler = (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const event = `data: ${JSON.stringify(chunk("x".repeat(1_000)))}\n\n`;
    const total = 100_000;
    const write = (): void => {
      while (written < total) {
        written += 1;
        if (!response.write(event)) {
          const stall = setTimeout(() => stalled.resolve(), 500);
          response.once("drain", () => {
            clearTimeout(stall);
            write();
          });
          return;
        }
      }
      response.end(`data: ${JSON.stringify(chunk("", "stop"))}\n\n${DONE}`);
    };
    write();
  };
  daemon.plugin.pauseReading();
  const asking = ask();
  await stalled.promise;
  // 100 MB were to be written; what fits into the buffers on the way is a small part of it.
  expect(written).toBeLessThan(50_000);
  daemon.plugin.resumeReading();
  const { pieces, error } = await asking;
  expect(error).toBeUndefined();
  expect(pieces.length).toBeGreaterThan(100_000);
  await daemon.close();
});

test("work in flight is finished when the input ends", async () => {
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  upstream.handler = async (_request, response) => {
    asked.resolve();
    await release.promise;
    response
      .writeHead(200)
      .end(JSON.stringify({ choices: [{ message: { content: "late" }, finish_reason: "stop" }] }));
  };
  const asking = ask();
  await asked.promise;
  const closing = daemon.close();
  release.resolve();
  expect((await asking).error).toBeUndefined();
  await closing;
});

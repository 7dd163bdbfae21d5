/** What only a plugin behind an address has. */
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { expect } from "vitest";
import { requestLine } from "../../stand-in-daemon/request-line.ts";
import type { StandInServerless } from "../../stand-in-daemon/serverless-caller.ts";
import { answerEvents } from "../../upstream/upstream.ts";
import { target, type Scenario } from "../scenario.ts";

function chunk(content: string, finish_reason: string | null = null): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
}

export const serverlessScenarios: Scenario[] = [
  {
    name: "the routes, also below a prefix",
    covers: ["serverless-route", "lambda-events"],
    on: ["http", "lambda"],
    async run({ link }) {
      const [origin] = (link as StandInServerless).origins;
      const status = async (path: string, method = "GET") => (await fetch(origin + path, { method })).status;
      expect(await (await fetch(`${origin}/health`)).text()).toBe("OK");
      expect(await status("/function/health")).toBe(200);
      expect(await status("/")).toBe(404);
      expect(await status("/invoke")).toBe(405);
    },
  },
  {
    name: "a body of 100 MB is refused before it is sent",
    covers: ["serverless-refusal", "serverless-limit"],
    on: ["http"],
    async run({ link }) {
      const [origin] = (link as StandInServerless).origins;
      const options = { method: "POST", headers: { "content-length": 100_000_000 } };
      const sending = request(`${origin}/invoke`, options).on("error", () => undefined);
      sending.flushHeaders();
      const [response] = (await once(sending, "response")) as [IncomingMessage];
      expect(response.statusCode).toBe(413);
      sending.destroy();
    },
  },
  {
    name: "pieces leave as they come",
    covers: ["serverless-route", "lambda-events"],
    on: ["http", "lambda"],
    async run({ link, upstream }) {
      const seen = Promise.withResolvers<void>();
      upstream.handler = async (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chunk("first"));
        await seen.promise;
        response.end(`${chunk("second", "stop")}data: [DONE]\n\n`);
      };
      const about = target("llm", "m", `${upstream.origin}/v1`);
      const prompt_messages = [{ role: "user", content: "hi" }];
      const data = { action: "invoke_llm", ...about, prompt_messages, stream: true };
      expect((await link.call(data, () => seen.resolve())).error).toBeUndefined();
    },
  },
  {
    name: "batches of texts",
    covers: ["serverless-batches"],
    on: ["http", "lambda"],
    async run({ link, demo }) {
      const about = target("text-embedding", "demo-embedding", demo);
      const batch = (action: string, size: number) => {
        const texts = Array.from({ length: size }, (_, i) => `text ${i}`);
        return link.call({ action, ...about, texts, input_type: "document" });
      };
      const vectors = await Promise.all([300, 1, 41].map((size) => batch("invoke_text_embedding", size)));
      expect(
        vectors.map(({ pieces: [piece] }) => (piece as { embeddings: unknown[] }).embeddings.length),
      ).toEqual([300, 1, 41]);
      const currencies = vectors.map(({ pieces: [piece] }) => (piece as { model: string }).model);
      expect(new Set(currencies).size).toBe(1);
      const counts = await Promise.all([300, 41].map((size) => batch("get_text_embedding_num_tokens", size)));
      expect(
        counts.map(({ pieces: [piece] }) => (piece as { num_tokens: unknown[] }).num_tokens.length),
      ).toEqual([300, 41]);
    },
  },
  {
    name: "three instances take turns, and one is lost",
    covers: ["serverless-instances", "two-processes"],
    on: ["http"],
    async run({ launch, demo }) {
      const link = await launch.http(3);
      const ask = (i: number) =>
        link.call({
          action: "invoke_llm",
          ...target("llm", "demo-chat", demo),
          prompt_messages: [{ role: "user", content: `What is ${i} * 7?` }],
          stream: true,
        });
      const replies = await Promise.all(Array.from({ length: 30 }, (_, i) => ask(i)));
      expect(replies.filter(({ error }) => error)).toEqual([]);
      const [lost, ...left] = link.plugins;
      lost?.child.kill("SIGKILL");
      await lost?.exited;
      for (const { child } of left) expect(child.exitCode).toBe(null);
      // Its turn comes first; the next two are answered as before.
      await expect(ask(1)).rejects.toThrow("fetch failed");
      expect((await Promise.all([ask(2), ask(3)])).filter(({ error }) => error)).toEqual([]);
      expect(link.complaints).toEqual([]);
      link.kill();
    },
  },
  {
    name: "a request that is given up",
    covers: ["serverless-given-up"],
    on: ["http"],
    async run({ link, upstream, demo }) {
      const reached = Promise.withResolvers<void>();
      const givenUp = Promise.withResolvers<void>();
      upstream.handler = async (_request, response) => {
        reached.resolve();
        await once(response, "close");
        givenUp.resolve();
      };
      const giveUp = new AbortController();
      const about = target("llm", "m", `${upstream.origin}/v1`);
      const prompt_messages = [{ role: "user", content: "hi" }];
      const data = { action: "invoke_llm", ...about, prompt_messages, stream: true };
      const asking = (link as StandInServerless).call(data, undefined, giveUp.signal);
      await reached.promise;
      giveUp.abort();
      await expect(asking).rejects.toThrow("abort");
      await givenUp.promise;
      upstream.handler = answerEvents([]);
      const voices = { action: "get_tts_model_voices", ...target("tts", "demo-speech", demo), language: "" };
      expect((await link.call(voices)).error).toBeUndefined();
      expect(link.log.filter((line) => line.startsWith("defect"))).toEqual([]);
    },
  },
  {
    name: "a body in base64",
    covers: ["lambda-events"],
    on: ["lambda"],
    async run({ link, demo }) {
      const [origin] = (link as StandInServerless).origins;
      const voices = { action: "get_tts_model_voices", ...target("tts", "demo-speech", demo), language: "" };
      const headers = { "content-type": "application/octet-stream" };
      const body = requestLine("s", voices);
      const answered = await fetch(`${origin}/invoke`, { method: "POST", headers, body });
      expect(answered.headers.get("content-type")).toBe("text/event-stream");
      expect(await answered.text()).toMatch(/"type":"stream".*\n.*"type":"end"/);
    },
  },
  {
    name: "an answer that the function's time limit would cut",
    covers: ["lambda-time-limit", "one-terminal"],
    on: ["lambda"],
    async run({ launch, upstream }) {
      const link = await launch.lambda(3);
      upstream.handler = (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chunk("begun, never ended"));
      };
      const about = target("llm", "m", `${upstream.origin}/v1`);
      const prompt_messages = [{ role: "user", content: "hi" }];
      const data = { action: "invoke_llm", ...about, prompt_messages, stream: true };
      const { pieces, error } = await link.call(data);
      expect(pieces.length).toBe(1);
      expect(error).toMatchObject({ type: "InvokeServerUnavailableError" });
      expect(error?.message).toContain("after 3 s");
      // The next request finds the same instance in good health.
      upstream.handler = answerEvents([{ choices: [{ delta: { content: "hi" }, finish_reason: "stop" }] }]);
      expect((await link.call(data)).error).toBeUndefined();
      expect(link.complaints).toEqual([]);
      await link.close();
    },
  },
];

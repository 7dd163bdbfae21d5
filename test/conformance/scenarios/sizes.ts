/** Requests and answers of many megabytes. */
import { expect } from "vitest";
import type { Reply } from "../../stand-in-daemon/open-calls.ts";
import { answer } from "../../upstream/upstream.ts";
import { target, type Scenario, type Stage } from "../scenario.ts";

const MB = 1024 * 1024;

/** The plugin says so, and lives. */
async function expectTooLong(stage: Stage, reply: Reply): Promise<void> {
  expect(reply.error?.type).toBe("InvokeBadRequestError");
  expect(reply.error?.message).toContain("5242879");
  const data = { action: "get_tts_model_voices", ...target("tts", "demo-speech", stage.demo), language: "" };
  expect((await stage.link.call(data)).error).toBeUndefined();
}

function imageOf(bytes: number) {
  const part = { type: "image", base64_data: "A".repeat(bytes), mime_type: "image/png", format: "png" };
  return { prompt_messages: [{ role: "user", content: [part] }], stream: false };
}

const answered = { choices: [{ message: { content: "seen" }, finish_reason: "stop" }] };

export const sizeScenarios: Scenario[] = [
  {
    name: "a request of 20 MB",
    covers: ["lines-in"],
    on: ["stdio", "tcp"],
    async run({ link, upstream }) {
      upstream.handler = answer(answered);
      const about = target("llm", "m", `${upstream.origin}/v1`);
      const { error } = await link.call({ action: "invoke_llm", ...about, ...imageOf(20 * MB) });
      expect(error).toBeUndefined();
      expect(upstream.lastRequest?.body.length).toBeGreaterThan(20 * MB);
    },
  },
  {
    name: "the largest request a serverless daemon sends",
    covers: ["serverless-limit"],
    on: ["http", "lambda"],
    async run({ link, upstream }) {
      upstream.handler = answer(answered);
      const about = target("llm", "m", `${upstream.origin}/v1`);
      const { error } = await link.call({ action: "invoke_llm", ...about, ...imageOf(5 * MB - 1_000) });
      expect(error).toBeUndefined();
    },
  },
  {
    name: "invoke_llm with an answer over the line limit",
    covers: ["line-limit"],
    async run(stage) {
      const { link, upstream } = stage;
      upstream.handler = answer({
        choices: [{ message: { content: "x".repeat(6 * MB) }, finish_reason: "stop" }],
      });
      const about = target("llm", "m", `${upstream.origin}/v1`);
      const prompt_messages = [{ role: "user", content: "hi" }];
      await expectTooLong(
        stage,
        await link.call({ action: "invoke_llm", ...about, prompt_messages, stream: false }),
      );
    },
  },
  {
    name: "invoke_text_embedding with vectors over the line limit",
    covers: ["line-limit"],
    async run(stage) {
      const { link, upstream } = stage;
      const embedding = Array.from({ length: 1_500_000 }, (_, i) => (i % 9) + 0.5);
      upstream.handler = answer({ data: [{ index: 0, embedding }], usage: { prompt_tokens: 1 } });
      const about = target("text-embedding", "m", `${upstream.origin}/v1`);
      const texts = { texts: ["a"], input_type: "document" };
      await expectTooLong(stage, await link.call({ action: "invoke_text_embedding", ...about, ...texts }));
    },
  },
  {
    name: "invoke_rerank with documents over the line limit",
    covers: ["line-limit"],
    // Over HTTP the daemon does not send that much.
    on: ["stdio", "tcp"],
    async run(stage) {
      const { link, upstream } = stage;
      upstream.handler = answer({ results: [{ index: 0, relevance_score: 0.5 }] });
      const about = target("rerank", "m", `${upstream.origin}/v1`);
      const documents = { query: "q", docs: ["x".repeat(6 * MB)], score_threshold: 0, top_n: 0 };
      await expectTooLong(stage, await link.call({ action: "invoke_rerank", ...about, ...documents }));
    },
  },
  {
    name: "invoke_speech2text with a transcript over the line limit",
    covers: ["line-limit"],
    async run(stage) {
      const { link, upstream } = stage;
      upstream.handler = answer({ text: "x".repeat(6 * MB) });
      const about = target("speech2text", "m", `${upstream.origin}/v1`);
      const file = Buffer.from("RIFF....WAVEfmt ").toString("hex");
      await expectTooLong(stage, await link.call({ action: "invoke_speech2text", ...about, file }));
    },
  },
  {
    name: "invoke_tts with audio of 12 MB, in pieces",
    covers: ["line-limit", "one-terminal"],
    async run({ link, upstream }) {
      const audio = Buffer.alloc(12 * MB, Buffer.from("fffb906400010203", "hex"));
      upstream.handler = (_request, response) => {
        response.writeHead(200, { "content-type": "audio/mpeg" });
        response.end(audio);
      };
      const about = target("tts", "m", `${upstream.origin}/v1`);
      const { pieces, error } = await link.call({
        action: "invoke_tts",
        ...about,
        content_text: "hi",
        voice: "alloy",
        tenant_id: "t",
      });
      expect(error).toBeUndefined();
      const hex = (pieces as { result: string }[]).map(({ result }) => result).join("");
      expect(Buffer.from(hex, "hex").equals(audio)).toBe(true);
    },
  },
];

/** What arrives besides good requests, and text that is not ASCII. */
import { expect } from "vitest";
import { StandInDebugPort } from "../../stand-in-daemon/debug-port.ts";
import type { StandInServerless } from "../../stand-in-daemon/serverless-caller.ts";
import { StandInDaemon } from "../../stand-in-daemon/stand-in-daemon.ts";
import { answer } from "../../upstream/upstream.ts";
import { target, type Scenario, type Stage } from "../scenario.ts";

const NO_REQUESTS = [
  "not json",
  "{}",
  "[]",
  "null",
  '{"session_id":7,"event":"request","data":{}}',
  '{"session_id":"s","event":"backwards_response","data":{}}',
];

async function stillAnswers({ link, demo }: Stage): Promise<void> {
  const data = { action: "get_tts_model_voices", ...target("tts", "demo-speech", demo), language: "" };
  expect((await link.call(data)).error).toBeUndefined();
}

export const lineScenarios: Scenario[] = [
  {
    name: "lines that are no requests",
    covers: ["malformed-input", "clean-stdout"],
    on: ["stdio", "tcp"],
    async run(stage) {
      const { link } = stage;
      if (link instanceof StandInDaemon || link instanceof StandInDebugPort) {
        for (const line of NO_REQUESTS) link.sendLine(line);
      }
      await stillAnswers(stage);
    },
  },
  {
    name: "bodies that are no requests",
    covers: ["malformed-input", "serverless-refusal"],
    on: ["http", "lambda"],
    async run(stage) {
      const { origins } = stage.link as StandInServerless;
      for (const body of ["", ...NO_REQUESTS]) {
        // oxlint-disable-next-line no-await-in-loop
        const response = await fetch(`${origins[0]}/invoke?action=invoke_llm`, { method: "POST", body });
        expect(response.status, body).toBe(400);
        // oxlint-disable-next-line no-await-in-loop
        expect(await response.json()).toMatchObject({ errorType: "InvalidRequest" });
      }
      await stillAnswers(stage);
    },
  },
  {
    name: "text of any script and symbol",
    covers: ["lines-in"],
    async run({ link, upstream }) {
      const content = 'Grüße, 世界 🙂 \u2028 <tag> & "quoted" \\ back\nslash';
      upstream.handler = answer({ choices: [{ message: { content }, finish_reason: "stop" }] });
      const about = target("llm", "m", `${upstream.origin}/v1`);
      const prompt_messages = [{ role: "user", content }];
      const { pieces } = await link.call({ action: "invoke_llm", ...about, prompt_messages, stream: false });
      const { messages } = JSON.parse(String(upstream.lastRequest?.body)) as { messages: unknown };
      expect(messages).toEqual([{ role: "user", content }]);
      expect(pieces).toMatchObject([{ delta: { message: { content } } }]);
    },
  },
  {
    name: "an unknown action",
    covers: ["every-action", "one-terminal"],
    async run({ link, demo }) {
      const { error } = await link.call({ action: "invoke_dance", ...target("llm", "m", demo) });
      expect(error?.type).toBe("InvokeBadRequestError");
    },
  },
];

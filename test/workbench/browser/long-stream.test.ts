/** An answer of thousands of pieces: it is shown whole, the page stays usable, and the wire says what it left out. */
import { setImmediate } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Upstream } from "../../upstream/upstream.ts";
import { describeInBrowser, startStage, type Stage } from "../browser.ts";
import { Visit } from "./visit.ts";

const PIECES = 12_000;
const piece = (i: number): string => `word ${i}${i % 20 === 0 ? "\n" : " "}`;

describeInBrowser("long stream", () => {
  let stage: Stage;
  let upstream: Upstream;
  beforeAll(async () => {
    upstream = await Upstream.start();
    stage = await startStage({ server: { url: `${upstream.origin}/v1`, type: "llm", model: "endless" } });
  });
  afterAll(() => Promise.all([stage.close(), upstream.close()]));

  test(`${PIECES} pieces`, { timeout: 120_000 }, async () => {
    const half = Promise.withResolvers<void>();
    upstream.handler = async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (let i = 0; i < PIECES; i += 1) {
        const delta = { content: piece(i) };
        response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
        // Each in its own turn, as a model writes; half of them once the page was used meanwhile.
        // oxlint-disable-next-line no-await-in-loop
        await (i === PIECES / 2 ? half.promise : setImmediate());
      }
      response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    };
    const visit = await Visit.begin(stage, "playground/llm");
    await visit.at("question").fill("Go on.");
    await visit.at("send").click();
    await visit.eventually(() => visit.at("answer-text").textContent()).toContain("word 3000");

    expect(await visit.status("answer")).toBe("running");
    await visit.at("theme").click();
    await visit.at("question").fill("typed meanwhile");
    expect(await visit.at("question").inputValue()).toBe("typed meanwhile");
    await visit.go("faults");
    await visit.go("playground/llm");
    half.resolve();

    expect(await visit.answered()).toBe("done");
    const whole = Array.from({ length: PIECES }, (_, i) => piece(i)).join("");
    const shown = await visit.at("answer-text").textContent();
    expect(shown?.length).toBe(whole.length);
    expect(shown === whole).toBe(true);

    await visit.at("see-wire").click();
    expect(await visit.at("lines-dropped").textContent()).toMatch(/^[\d\s]+ older lines dropped$/u);
    expect(await visit.at("events").getByRole("option").count()).toBeLessThan(60);
    await visit.at("events").focus();
    await visit.page.keyboard.press("End");
    await visit.at("event-end").waitFor();
    expect(await visit.at("time-line").locator("rect.tick").count()).toBeLessThan(1_200);
    await visit.end();
  });
});

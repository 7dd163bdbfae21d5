/** Each model type in a browser: asked as an app in Dify asks, and what comes of it. */
import type { ServerResponse } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { Upstream } from "../../upstream/upstream.ts";
import { describeInBrowser, startStage, type Stage } from "../browser.ts";
import { Visit } from "./visit.ts";

/** A red dot. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";

describeInBrowser("playground", () => {
  let stage: Stage;
  let upstream: Upstream;
  let visit: Visit;
  beforeAll(async () => {
    [stage, upstream] = await Promise.all([startStage(), Upstream.start()]);
  });
  afterAll(() => Promise.all([stage.close(), upstream.close()]));
  beforeEach(async () => {
    visit = await Visit.begin(stage, "playground/llm");
  });
  afterEach(() => visit.end());

  /** From here on, this server is asked. */
  async function useUpstream(): Promise<void> {
    await visit.go("connection");
    await visit.at("input-endpoint_url").fill(`${upstream.origin}/v1`);
    await visit.eventually(() => visit.at("resolved-tts").textContent()).toContain(upstream.origin);
  }

  async function useDemo(): Promise<void> {
    await visit.go("connection");
    await visit.at("use-demo").click();
    await visit.at("demo-note").waitFor();
  }

  test("a chat answer streams in, with its numbers beside it", async () => {
    await visit.at("question").fill("What is 12 * 7?");
    await visit.at("question").press("Enter");
    expect(await visit.answered()).toBe("done");
    expect(await visit.at("answer-text").textContent()).toContain("84");
    const numbers = ["numberFirst", "numberTotal", "numberChunks", "numberBytes", "numberOverhead"];
    const told = await Promise.all(numbers.map((name) => visit.at(`number-${name}`).textContent()));
    expect(told).not.toContain("");
    expect(await visit.at("finish-reason").textContent()).toBe("stop");
    expect(await visit.at("announcer").textContent()).toBe("The answer is complete.");
    await visit.at("clear-chat").click();
    expect(await visit.at("turn").count()).toBe(0);
  });

  test("a tool is called, and its result goes back", async () => {
    await visit.at("tools").locator("summary").click();
    await visit.at("tool-on").check();
    await visit.at("question").fill("What is the weather in Oslo?");
    expect(await visit.send()).toBe("done");
    expect(await visit.at("tool-call-name").textContent()).toBe("get_weather");
    expect(await visit.at("tool-call-arguments").textContent()).toContain("Oslo");
    await visit.at("tool-result").fill("12 degrees, rain");
    await visit.at("send-tool-results").click();
    await visit.eventually(() => visit.at("turn").count()).toBe(2);
    expect(await visit.answered()).toBe("done");
    expect(await visit.at("answer-text").textContent()).toContain("12 degrees, rain");
    await visit.at("see-wire").last().click();
    await visit.at("event-dify-in").click();
    expect(await visit.at("payload").textContent()).toMatch(/"tool_call_id": "call_demo/);
  });

  test("files, parameters and whole answers", async () => {
    await visit.at("attach").setInputFiles({
      name: "dot.png",
      mimeType: "image/png",
      buffer: Buffer.from(PNG, "base64"),
    });
    await visit.at("attached").waitFor();
    await visit.at("question").fill("What is this?");
    await visit.at("stream").uncheck();
    expect(await visit.send()).toBe("done");
    expect(await visit.at("answer-text").textContent()).toContain("1 image was attached");

    await visit.at("parameters").locator("summary").click();
    const maxTokens = visit.at("parameter-max_tokens");
    await maxTokens.getByRole("checkbox").check();
    await visit.at("parameter-max_tokens-value").fill("3");
    await visit.at("question").fill("Tell me a story.");
    await visit.at("send").click();
    await visit.eventually(() => visit.at("finish-reason").last().textContent()).toBe("length");
  });

  test("texts that are alike are near in the grid", async () => {
    await visit.at("type-text-embedding").click();
    await visit.at("texts").fill("a red apple\nquarterly tax report\nthe red apples");
    expect(await visit.send()).toBe("done");
    expect(await visit.at("similarity-0-0").textContent()).toBe("1.00");
    expect(await visit.status("similarity-0-2")).toBe("nearest");
    expect(await visit.status("similarity-0-1")).toBe("other");
  });

  test("documents are shown in both orders; when none is left, that is no error", async () => {
    await visit.at("type-rerank").click();
    await visit.at("query").fill("When are apples ripe?");
    await visit.at("documents").fill("Trains leave at noon.\nApples ripen in autumn.");
    expect(await visit.send()).toBe("done");
    expect(await visit.at("ranked-0").textContent()).toContain("Apples ripen in autumn.");
    expect(await visit.at("order").locator("ol").first().textContent()).toMatch(/Trains.*Apples/);

    await visit.at("score-threshold").fill("1");
    expect(await visit.send()).toBe("nothing");
    await visit.at("call-nothing").waitFor();
  });

  test("speech is heard, and read back", async () => {
    await visit.at("type-tts").click();
    await visit.eventually(() => visit.at("voice").locator("option").count()).toBeGreaterThan(1);
    await visit.at("speech-text").fill("One two three.");
    expect(await visit.send()).toBe("done");
    await visit.eventually(() => visit.status("speech")).toBe("whole");
    await visit.at("speech-audio").waitFor();

    await visit.at("type-speech2text").click();
    await visit.at("use-speech").click();
    expect(await visit.send()).toBe("done");
    expect(await visit.at("transcript").textContent()).toBe("One two three.");
  });

  test("speech plays before the rest of it is there", async () => {
    await useUpstream();
    let held: ServerResponse | undefined;
    upstream.handler = ({ method }, response) => {
      if (method === "GET") {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { "content-type": "audio/wav" });
      response.write(Buffer.concat([wavHeader(16_000), Buffer.alloc(16_000, 1)]));
      held = response;
    };
    await visit.go("playground/tts");
    await visit.at("send").click();
    await visit.eventually(() => visit.status("speech")).toBe("playing");
    expect(await visit.status("answer")).toBe("running");
    held?.end(Buffer.alloc(16_000, 1));
    expect(await visit.answered()).toBe("done");
    await visit.eventually(() => visit.status("speech")).toBe("whole");
    expect(await visit.at("speech-audio").getAttribute("src")).toMatch(/^blob:/);
    await useDemo();
  });

  test("a recording is dropped, or made here", async () => {
    const { page } = visit;
    await visit.at("type-speech2text").click();
    const dropped = await page.evaluateHandle(`
      const transfer = new DataTransfer();
      transfer.items.add(new File(["no audio"], "note.webm", { type: "audio/webm" }));
      transfer;
    `);
    await page.locator(".drop-zone").dispatchEvent("drop", { dataTransfer: dropped });
    expect(await visit.at("chosen-file").textContent()).toContain("Dify itself takes only mp3");

    await visit.at("record").click();
    await visit.eventually(() => visit.status("record")).toBe("recording");
    await visit.eventually(() => visit.at("recorded").textContent()).not.toBe("0.0 s");
    await visit.at("record").click();
    await visit.eventually(() => visit.at("chosen-file").textContent()).toContain("recording.wav");
    await visit.at("send").click();
    await visit.eventually(() => visit.status("answer")).not.toMatch(/waiting|running/);
    await visit.at("see-wire").click();
    await visit.at("event-http-request").click();
    expect(await visit.at("payload").textContent()).toContain("RIFF");
  });

  test("a text passes, or does not", async () => {
    await visit.at("type-moderation").click();
    await visit.at("text").fill("Have a nice day.");
    expect(await visit.send()).toBe("done");
    expect(await visit.status("moderation-verdict")).toBe("good");
    await visit.at("text").fill("I will kill you.");
    expect(await visit.send()).toBe("done");
    expect(await visit.status("moderation-verdict")).toBe("bad");
  });

  test("Escape cancels, and the server's connection is closed", async () => {
    await useUpstream();
    const closed = Promise.withResolvers<void>();
    upstream.handler = (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"so far"}}]}\n\n');
      response.once("close", closed.resolve);
    };
    await visit.go("playground/llm");
    await visit.at("question").fill("Go on for ever.");
    await visit.at("send").click();
    await visit.eventually(() => visit.at("answer-text").textContent()).toBe("so far");
    await visit.page.keyboard.press("Escape");
    expect(await visit.answered()).toBe("cancelled");
    await closed.promise;
    expect(await visit.at("answer-text").textContent()).toBe("so far");
    await useDemo();
  });
});

/** Of 16-bit PCM at 16 kHz that says it is so many bytes long. */
function wavHeader(bytes: number): Buffer {
  const header = Buffer.from(
    "524946460000000057415645666d74201000000001000100803e0000007d0000020010006461746100000000",
    "hex",
  );
  header.writeUInt32LE(36 + bytes, 4);
  header.writeUInt32LE(bytes, 40);
  return header;
}

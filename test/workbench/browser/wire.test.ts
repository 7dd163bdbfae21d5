/** The wire in a browser: three lanes on one clock, and what can be made of a call. */
import { readFile } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeInBrowser, startStage, type Stage } from "../browser.ts";
import { Visit } from "./visit.ts";

describeInBrowser("wire", () => {
  let stage: Stage;
  let visit: Visit;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    visit = await Visit.begin(stage, "wire", {
      permissions: ["clipboard-read", "clipboard-write"],
      // Rows out of sight are not drawn: a short call is to be in sight whole.
      viewport: { width: 1280, height: 1400 },
    });
  });
  afterEach(() => visit.end());

  /** Asks the chat model, and looks at the call. */
  async function chat(question: string): Promise<void> {
    await visit.go("playground/llm");
    await visit.at("question").fill(question);
    await visit.send();
    await visit.at("see-wire").last().click();
    await visit.at("wire-call").waitFor();
  }

  test("before the first call it says that there is none", async () => {
    await visit.page.getByText("No call was made yet.").waitFor();
    expect(await visit.at("wire-call").count()).toBe(0);
  });

  test("a call has three lanes, and a chunk leads to the line it became", async () => {
    await chat("What is 12 * 7?");
    expect(await visit.at("event-dify-in").textContent()).toContain("invoke_llm");
    expect(await visit.at("event-http-request").textContent()).toContain("POST /v1/chat/completions");
    expect(await visit.at("event-http-response").textContent()).toContain("200 text/event-stream");
    expect(await visit.at("time-line").locator("rect.tick").count()).toBeGreaterThan(3);

    const chunk = visit.at("event-http-chunk").filter({ hasText: '"The"' });
    await chunk.click();
    const line = visit.at("event-dify-out").filter({ hasText: '"The"' });
    expect(await chunk.getAttribute("data-status")).toBe("chosen");
    expect(await line.getAttribute("data-status")).toBe("related");
    await visit.at("related-event").click();
    expect(await line.getAttribute("data-status")).toBe("chosen");
    expect(await chunk.getAttribute("data-status")).toBe("related");
    expect(await visit.at("line-overhead").textContent()).toMatch(/µs|ms/);
  });

  test("a chunk is shown pretty and raw", async () => {
    await chat("What is 12 * 7?");
    await visit.at("event-http-chunk").filter({ hasText: '"The"' }).click();
    expect(await visit.at("payload").textContent()).toContain('\n  "object": "chat.completion.chunk"');
    await visit.at("view-raw").click();
    expect(await visit.status("payload")).toBe("raw");
    expect(await visit.at("payload").textContent()).toContain('"object":"chat.completion.chunk"');
    await visit.at("view-pretty").click();
  });

  test("events are searched, walked through by key, and problems found", async () => {
    await visit.switchFault("rate limit");
    await chat("What is 12 * 7?");
    const { keyboard } = visit.page;
    await visit.at("events").focus();
    await keyboard.press("Home");
    expect(await visit.status("event-dify-in")).toBe("chosen");
    await keyboard.press("ArrowDown");
    expect(await visit.at("event-http-request").first().getAttribute("data-status")).toBe("chosen");
    await keyboard.press("n");
    expect(await visit.at("event-http-response").first().getAttribute("data-status")).toBe("chosen");

    await keyboard.press("/");
    await keyboard.type("Rate limit reached");
    await visit.eventually(() => visit.at("event-http-request").count()).toBe(0);
    expect(await visit.at("event-http-chunk").count()).toBeGreaterThan(0);
    await visit.go("faults");
    await visit.at("faults-off").click();
  });

  test("a silence stands out", async () => {
    await visit.switchFault("slow first byte");
    await chat("What is 12 * 7?");
    expect(await visit.at("gap").first().textContent()).toMatch(/^(?:\d+\.\d\d s|9\d\d ms)$/);
    await visit.go("faults");
    await visit.at("faults-off").click();
  });

  test("a call becomes a curl command, a test fixture, and a call again", async () => {
    const { page } = visit;
    const key = "sk-fixture-0123456789abcdef";
    await visit.go("connection");
    await visit.at("input-api_key").fill(key);
    await page.keyboard.press("Tab");
    await visit.at("secret-api_key").waitFor();
    await chat(`Is ${key} a key?`);

    await visit.at("copy-curl-0").click();
    await visit.eventually(() => visit.status("copy-curl-0")).toBe("yes");
    const curl = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(curl).toMatch(/^curl .*\/v1\/chat\/completions/);

    const [download] = await Promise.all([page.waitForEvent("download"), visit.at("fixture").click()]);
    expect(download.suggestedFilename()).toMatch(/\.json$/);
    const fixture = await readFile(await download.path(), "utf8");
    expect(JSON.parse(fixture)).toBeTypeOf("object");
    expect(fixture).toContain("invoke_llm");
    expect(`${curl}${fixture}`).not.toContain(key);

    const before = page.url();
    await visit.at("replay").click();
    await visit.eventually(() => page.url()).not.toBe(before);
    await visit.eventually(() => visit.status("wire-call")).toBe("done");
    await visit.at("events").focus();
    await page.keyboard.press("Home");
    expect(await visit.at("event-dify-in").textContent()).toContain("invoke_llm");
  });

  test("of two calls looked at in turn the second one stays", async () => {
    const { page } = visit;
    for (const place of ["playground/moderation", "playground/rerank"]) {
      // One after the other.
      // oxlint-disable-next-line no-await-in-loop
      await visit.go(place);
      // oxlint-disable-next-line no-await-in-loop
      await visit.send();
    }
    // After a reload both are told by the server; the first one later than the second.
    await visit.go("connection");
    await page.reload();
    await visit.go("wire");
    await visit.eventually(() => visit.at("event-dify-in").textContent()).toContain("invoke_rerank");
    const held = Promise.withResolvers<void>();
    await page.route(
      /\/api\/calls\/[^/]+$/,
      async (route) => {
        const response = await route.fetch();
        await held.promise;
        await route.fulfill({ response });
      },
      { times: 1 },
    );
    await visit.at("call").nth(1).click();
    await visit.at("wire-call").waitFor({ state: "detached" });
    await visit.at("call").nth(0).click();
    await visit.eventually(() => visit.at("event-dify-in").textContent()).toContain("invoke_rerank");
    const told = page.waitForResponse(/\/api\/calls\/[^/]+$/);
    held.resolve();
    await told;
    // Two frames later all of it was read and drawn.
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    expect(await visit.at("event-dify-in").textContent()).toContain("invoke_rerank");
  });

  test("earlier calls are listed, filtered, and there after a reload", async () => {
    await visit.go("playground/moderation");
    await visit.send();
    await visit.go("wire");
    await visit.at("filter-calls").fill("moderation");
    await visit
      .eventually(async () => (await visit.at("call").allTextContents()).join())
      .not.toMatch(/demo-(?:chat|rerank)/);
    await visit.at("call").first().click();
    await visit.eventually(() => visit.at("event-dify-in").textContent()).toContain("invoke_moderation");
    await visit.page.reload();
    await visit.eventually(() => visit.at("event-dify-in").textContent()).toContain("invoke_moderation");
    expect(await visit.status("wire-call")).toBe("done");
  });
});

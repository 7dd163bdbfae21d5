/** Faults in a browser: switched on at the embedded endpoint, and seen as Dify would see them. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeInBrowser, startStage, type Stage } from "../browser.ts";
import { Visit } from "./visit.ts";

/** What Dify sees of each: an error of a class, or an answer all the same. */
const SEEN: readonly (readonly [fault: string, status: string, sees: RegExp])[] = [
  ["split utf-8", "done", /84/],
  ["no [DONE]", "done", /84/],
  ["doubled role", "done", /84/],
  ["slow first byte", "done", /84/],
  ["error after 200", "failed", /^InvokeServerUnavailableError/],
  ["rate limit", "failed", /^InvokeRateLimitError/],
  ["web page", "failed", /^Invoke\w+Error.*web page/],
  ["reset", "failed", /^Invoke\w+Error/],
  ["empty choices", "failed", /^Invoke\w+Error/],
];

describeInBrowser("faults", () => {
  let stage: Stage;
  let visit: Visit;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    visit = await Visit.begin(stage, "faults");
  });
  afterEach(async () => {
    await visit.go("faults");
    if (await visit.at("faults-off").isEnabled()) await visit.at("faults-off").click();
    await visit.end();
  });

  test.each(SEEN)("%s: %s", async (fault, status, sees) => {
    await visit.switchFault(fault);
    expect(await visit.send()).toBe(status);
    const answer = visit.at(status === "done" ? "lines-out" : "call-error");
    const words = (await answer.textContent()) ?? "";
    const text = status === "done" ? words.replaceAll(/"|\d+(?:\.\d+)? (?:µs|ms|s)/g, "") : words;
    expect(text).toMatch(sees);
  });

  test("a stalled stream shows what came, and can be given up", async () => {
    await visit.switchFault("stall");
    await visit.at("send").click();
    await visit.eventually(() => visit.at("lines-out").count()).toBe(1);
    expect(await visit.status("answer")).toBe("running");
    await visit.at("cancel").click();
    expect(await visit.answered()).toBe("cancelled");
  });

  test("they are counted, told in the playground, and switched off at once", async () => {
    await visit.switchFault("doubled role");
    await visit.switchFault("no usage");
    expect(await visit.at("to-faults").textContent()).toContain("2");
    await visit.go("playground/llm");
    expect(await visit.at("faults-on").textContent()).toContain("doubled role, no usage");
    await visit.go("faults");
    await visit.at("faults-off").click();
    await visit.eventually(() => visit.status("fault-no usage")).toBe("off");
    await visit.go("playground/llm");
    expect(await visit.at("faults-on").count()).toBe(0);
  });

  test("with another server it says that they do nothing", async () => {
    await visit.go("connection");
    await visit.at("input-endpoint_url").fill("http://127.0.0.1:9/v1");
    await visit.at("demo-note").waitFor({ state: "detached" });
    await visit.go("faults");
    await visit.at("not-demo").waitFor();
    await visit.at("use-demo").click();
    await visit.at("not-demo").waitFor({ state: "detached" });
  });
});

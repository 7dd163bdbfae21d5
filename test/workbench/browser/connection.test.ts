/** The form in a browser: what it shows, where it leads, and whether it holds. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { describeInBrowser, startStage, type Stage } from "../browser.ts";
import { Visit } from "./visit.ts";

describeInBrowser("connection", () => {
  let stage: Stage;
  let visit: Visit;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());
  beforeEach(async () => {
    visit = await Visit.begin(stage);
  });
  afterEach(() => visit.end());

  test("fields show as their conditions say, in both languages", async () => {
    const { page } = visit;
    await visit.at("input-model_type").selectOption("llm");
    expect(await visit.at("field-context_size").count()).toBe(0);
    await visit.at("input-advanced-manual").click();
    await visit.at("field-context_size").waitFor();
    await visit.at("input-context_size").fill("32000");

    await visit.at("input-model_type").selectOption("tts");
    await visit.at("field-voices").waitFor();
    expect(await visit.at("field-context_size").count()).toBe(0);
    expect(await visit.at("field-tts_resource_id").count()).toBe(0);
    await visit.at("input-tts_api_format").selectOption("byteplus");
    await visit.at("field-tts_resource_id").waitFor();

    await visit.at("input-model_type").selectOption("llm");
    await visit.at("input-advanced-auto").click();
    expect(await visit.at("lost-fields").textContent()).toContain("Context size");

    expect(await page.getByLabel("Base URL").count()).toBe(1);
    await visit.at("language-zh_Hans").click();
    expect(await page.getByLabel("接口地址").count()).toBe(1);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("连接");
    expect(await page.locator("html").getAttribute("lang")).toBe("zh-Hans");
  });

  test("where requests go follows what is typed", async () => {
    const embedding = visit.at("resolved-text-embedding");
    await visit.at("input-endpoint_url").fill("https://host.example/v1/chat/completions");
    await visit.eventually(() => embedding.textContent()).toContain("https://host.example/v1/embeddings");
    await visit.at("input-endpoint_url").fill("");
    await visit.eventually(() => visit.status("resolved-text-embedding")).toBe("unknown");
    expect(await visit.at("validate").isDisabled()).toBe(true);
    await visit.at("use-demo").click();
    await visit.at("demo-note").waitFor();
    await visit.eventually(() => visit.status("resolved-text-embedding")).toBe("known");
  });

  test("a good form climbs to the top", async () => {
    await visit.at("input-model_type").selectOption("text-embedding");
    expect(await visit.validate()).toBe("done");
    expect(await visit.status("rung-embeddings")).toBe("pass");
    expect(await visit.status("rung-dify")).toBe("pass");
    expect(await visit.status("verdict")).toBe("good");
  });

  test("a failure names a value, and it is filled in", async () => {
    await visit.switchFault("no stream");
    await visit.go("connection/llm");
    expect(await visit.validate()).toBe("failed");
    expect(await visit.status("rung-stream")).toBe("fail");
    expect(await visit.status("rung-dify")).toBe("fail");
    expect(await visit.at("dify-toast").textContent()).toContain("Streaming");

    await visit.at("use-value").first().click();
    expect(await visit.at("input-streaming").inputValue()).toBe("off");
    await visit.at("outdated").waitFor();
    await visit.validate();
    expect(await visit.status("rung-dify")).toBe("pass");
    expect(await visit.at("outdated").count()).toBe(0);
    await visit.go("faults");
    await visit.at("faults-off").click();
  });

  test("a value that makes no sense is told beside its field, and asks nobody", async () => {
    await visit.at("input-model_type").selectOption("llm");
    await visit.at("input-advanced-manual").click();
    await visit.at("input-context_size").fill("plenty");
    await visit.eventually(() => visit.status("field-context_size")).toBe("complaint");
    expect(await visit.validate()).toBe("refused");
    expect(await visit.at("verdict").textContent()).toContain("Context size");
    await visit.at("input-context_size").fill("");
    await visit.eventually(() => visit.status("field-context_size")).toBe("ok");
  });

  test("a key is shown masked, here and on the wire", async () => {
    const { page } = visit;
    const key = "sk-never-shown-0123456789";
    await visit.at("input-api_key").fill(key);
    await page.keyboard.press("Tab");
    await visit.at("secret-api_key").waitFor();
    expect(await visit.at("secret-api_key").textContent()).toContain("…");
    expect(await page.content()).not.toContain(key);
    await visit.go("playground/moderation");
    expect(await visit.send()).toBe("done");
    await visit.at("see-wire").click();
    await visit.at("event-http-request").click();
    await page
      .locator("details", { has: visit.at("headers") })
      .locator("summary")
      .click();
    expect(await visit.at("headers").textContent()).toContain("authorization: Bearer");
    expect(await page.content()).not.toContain(key);
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain(key);

    await page.reload();
    await visit.go("connection");
    await visit.at("secret-api_key").waitFor();
    await visit.at("secret-api_key-remove").click();
    await visit.at("input-api_key").waitFor();
  });
});

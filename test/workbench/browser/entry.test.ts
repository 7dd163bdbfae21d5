/** How one comes in and gets about: the token, the address, the keyboard, colours and languages. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeInBrowser, startStage, type Stage } from "../browser.ts";
import { Visit } from "./visit.ts";

describeInBrowser("entry", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.close());

  test.each([
    ["without a token", ""],
    ["with another launch's token", "#token=none-of-this-launch"],
  ])("%s the page says so, and nothing else", async (_name, fragment) => {
    const page = await stage.browser.newPage();
    await page.goto(`${new URL(stage.workbench.url).origin}/${fragment}`);
    await page.getByTestId("alone").waitFor();
    expect(await page.textContent("body")).toContain("needs the link it was started with");
    expect(await page.getByTestId("app").count()).toBe(0);
    await page.close();
  });

  test("the token leaves the address, and a reload needs none", async () => {
    const { page, complaints } = await stage.open();
    const token = new URL(stage.workbench.url).hash.replace("#token=", "");
    expect(token.length).toBeGreaterThan(20);
    await page.getByTestId("app").waitFor();
    expect(page.url()).not.toContain(token);
    expect(await page.content()).not.toContain(token);
    await page.reload();
    await page.getByTestId("app").waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("an address leads to its screen and type", async () => {
    const visit = await Visit.begin(stage, "playground/rerank");
    expect(await visit.at("type-rerank").getAttribute("aria-selected")).toBe("true");
    await visit.at("type-tts").click();
    await visit.eventually(() => visit.page.url()).toMatch(/#\/playground\/tts$/);
    await visit.page.goBack();
    await visit.at("panel-rerank").waitFor();
    await visit.end();
  });

  test("everything is reached by keyboard", async () => {
    const visit = await Visit.begin(stage, "connection/llm");
    const { keyboard } = visit.page;
    await keyboard.press("Tab");
    await keyboard.press("Enter");
    expect(await visit.page.evaluate("document.activeElement.id")).toBe("screen");

    await keyboard.press("Alt+2");
    await visit.at("type-llm").focus();
    await keyboard.press("ArrowRight");
    await visit.at("panel-text-embedding").waitFor();
    expect(await visit.page.evaluate("document.activeElement.textContent")).toBe("Text embedding");
    await keyboard.press("End");
    await visit.at("panel-moderation").waitFor();

    await visit.at("text").focus();
    await keyboard.press("Control+Enter");
    expect(await visit.answered()).toBe("done");
    await keyboard.press("Alt+3");
    // The call is read first.
    await visit.at("search").waitFor();
    await keyboard.press("/");
    expect(await visit.page.evaluate("document.activeElement.id")).toBe("search");
    await keyboard.press("Alt+4");
    await visit.at("fault-reset").focus();
    await keyboard.press("Space");
    await visit.eventually(() => visit.status("fault-reset")).toBe("on");
    await keyboard.press("Space");
    await visit.eventually(() => visit.status("fault-reset")).toBe("off");

    await keyboard.press("?");
    await visit.page.getByRole("dialog").waitFor();
    await keyboard.press("Escape");
    await visit.page.getByRole("dialog").waitFor({ state: "hidden" });
    await visit.end();
  });

  test("colours follow the system until one chooses", async () => {
    const visit = await Visit.begin(stage, "connection", { colorScheme: "dark" });
    const theme = (): Promise<string | null> => visit.page.locator("html").getAttribute("data-theme");
    expect(await theme()).toBe("dark");
    await visit.page.emulateMedia({ colorScheme: "light" });
    await visit.eventually(theme).toBe("light");
    await visit.at("theme").click();
    expect(await theme()).toBe("dark");
    await visit.page.reload();
    await visit.at("app").waitFor();
    expect(await theme()).toBe("dark");
    await visit.end();
  });

  test("with less motion wanted, nothing moves", async () => {
    const visit = await Visit.begin(stage, "faults", { reducedMotion: "reduce" });
    const moves = "getComputedStyle(document.querySelector('.knob')).transitionProperty";
    expect(await visit.page.evaluate(moves)).toBe("none");
    await visit.end();
  });

  test("at twice the size nothing is cut off sideways", async () => {
    const visit = await Visit.begin(stage, "connection", { viewport: { width: 640, height: 450 } });
    for (const place of ["connection", "playground/llm", "playground/rerank", "wire", "faults"]) {
      // One screen after the other.
      // oxlint-disable-next-line no-await-in-loop
      await visit.go(place);
      // oxlint-disable-next-line no-await-in-loop
      if (place.endsWith("rerank")) await visit.send();
      // oxlint-disable-next-line no-await-in-loop
      const beyond = await visit.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect([place, beyond]).toEqual([place, 0]);
    }
    await visit.end();
  });
});

/** A page of the workbench as a person sees it: by what is on it, never by how it is made. */
import { expect } from "vitest";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import type { Stage } from "../browser.ts";

/** Far beyond what anything takes: a scenario that fails is slow, one that holds is not. */
const PATIENCE = 20_000;

export class Visit {
  readonly page: Page;
  readonly #complaints: readonly string[];

  private constructor(page: Page, complaints: readonly string[]) {
    this.page = page;
    this.#complaints = complaints;
    page.setDefaultTimeout(PATIENCE);
  }

  /** @param place such as `playground/tts` */
  static async begin(stage: Stage, place = "connection", context?: BrowserContextOptions): Promise<Visit> {
    const { page, complaints } = await stage.open(context);
    const visit = new Visit(page, complaints);
    await visit.at("app").waitFor();
    await visit.go(place);
    return visit;
  }

  at(testId: string): Locator {
    return this.page.getByTestId(testId);
  }

  async go(place: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(`#/${place}`)}`);
    await this.at(`screen-${place.split("/")[0]}`).waitFor();
  }

  /** Until what is read is what is expected. */
  // oxlint-disable-next-line typescript/explicit-module-boundary-types
  eventually<T>(read: () => T | Promise<T>) {
    return expect.poll(read, { timeout: PATIENCE, interval: 20 });
  }

  status(testId: string): Promise<string | null> {
    return this.at(testId).last().getAttribute("data-status");
  }

  /** Presses *Send*, and waits for the end of the answer. Returns how it ended. */
  async send(): Promise<string | null> {
    await this.at("send").click();
    return await this.answered();
  }

  async answered(): Promise<string | null> {
    await this.eventually(() => this.status("answer")).not.toMatch(/waiting|running/);
    return await this.status("answer");
  }

  async switchFault(name: string): Promise<void> {
    await this.go("faults");
    await this.at(`fault-${name}`).click();
    await this.eventually(() => this.status(`fault-${name}`)).toBe("on");
  }

  /** Returns how it ended. */
  async validate(): Promise<string | null> {
    await this.at("validate").click();
    await this.eventually(() => this.status("ladder")).not.toMatch(/none|running/);
    return await this.status("ladder");
  }

  /** Closes it. The browser must have had nothing to complain of. */
  async end(): Promise<void> {
    await this.page.context().close();
    expect(this.#complaints).toEqual([]);
  }
}

/**
 * The workbench in a real browser. Where there is none, scenarios are left out, and say so; with
 * `REQUIRE_BROWSER=1` they fail in its place.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { describe, inject, test } from "vitest";
import { modelType } from "../../src/cli/check/model-type.ts";
import { createPlugin } from "../../src/plugin.ts";
import { bundlePage } from "../../src/workbench/bundle-page.ts";
import { startWorkbench, type Workbench, type WorkbenchOptions } from "../../src/workbench/workbench.ts";

const ROOT = join(import.meta.dirname, "../..");

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const named = process.env["CHROMIUM"];
/** One that is named and missing is not replaced by another. */
const program = (named ? [named] : PLACES).find((file) => existsSync(file));

const MISSING = "no Chromium was found: install chromium, or let CHROMIUM name one";

/** Scenarios that need a browser. */
export function describeInBrowser(name: string, scenarios: () => void): void {
  if (program !== undefined) {
    describe(name, scenarios);
    return;
  }
  if (process.env["REQUIRE_BROWSER"] === "1") {
    test(name, () => {
      throw new Error(`REQUIRE_BROWSER=1, but ${MISSING}`);
    });
    return;
  }
  process.stderr.write(`LEFT OUT: ${name} - ${MISSING}\n`);
  describe.skip(`${name} (left out: ${MISSING})`, scenarios);
}

export interface Stage {
  readonly workbench: Workbench;
  readonly browser: Browser;
  /** A new page at the workbench; everything the browser complains of is in `complaints`. */
  open(options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  /** Errors, refusals of the content-security policy among them, and requests to anywhere else. */
  readonly complaints: readonly string[];
}

/** Starts the workbench and a browser. */
export async function startStage(options: Partial<WorkbenchOptions> = {}): Promise<Stage> {
  const assets = {
    page: await bundlePage(ROOT),
    plugin: await readFile(inject("packageFile")),
    tap: await readFile(join(ROOT, "src/workbench/wire-tap.cjs")),
  };
  const engine = createPlugin(ROOT, () => undefined);
  const workbench = await startWorkbench(assets, { engine, typeOf: modelType, ...options });
  const browser = await chromium.launch({
    executablePath: program ?? "",
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      "--autoplay-policy=no-user-gesture-required",
    ],
  });
  return {
    workbench,
    browser,
    open: (context) => openPage(browser, workbench, context),
    close: async () => {
      await browser.close();
      await workbench.close();
    },
  };
}

async function openPage(
  browser: Browser,
  { url }: Workbench,
  options: BrowserContextOptions = {},
): Promise<OpenPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(url).origin) complaints.push(request.url());
  });
  await page.goto(url);
  return { page, complaints };
}

/** The runtime with a careless plugin on it, as a process. */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PluginProcess } from "../../src/host/plugin-process.ts";

const lines: string[] = [];
const log: string[] = [];
let plugin: PluginProcess;

beforeEach(async () => {
  lines.length = 0;
  log.length = 0;
  plugin = new PluginProcess(
    {
      command: process.execPath,
      args: [join(import.meta.dirname, "careless-plugin.ts")],
      cwd: import.meta.dirname,
      env: { PATH: process.env["PATH"] },
    },
    { onLine: (line) => lines.push(line), onLog: (line) => log.push(line) },
  );
  await plugin.ready;
});
afterEach(() => plugin.kill());

const validate = (provider: string) => plugin.call({ action: "validate_provider_credentials", provider });

test("stdout carries nothing but the protocol; what was printed or thrown is logged", async () => {
  expect(await validate("p")).toEqual([{ result: true }]);
  plugin.endInput();
  expect(await plugin.exited).toBe(0);
  expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).toEqual([
    "heartbeat",
    "session",
    "session",
  ]);
  for (const text of ["printed by a library", "thrown in a timer", "forgotten"])
    expect(log.join("\n")).toContain(text);
});

test("a defect is answered as one, without its details", async () => {
  await expect(validate("defective")).rejects.toMatchObject({
    type: "InvokeServerUnavailableError",
    message: expect.not.stringContaining("a defect"),
  });
  expect(log.join("\n")).toContain("TypeError: a defect");
});

test("a model type that is not offered is answered with an error", async () => {
  await expect(
    plugin.call({ action: "get_tts_model_voices", provider: "p", model: "m", model_type: "tts" }),
  ).rejects.toMatchObject({
    type: "InvokeBadRequestError",
  });
});

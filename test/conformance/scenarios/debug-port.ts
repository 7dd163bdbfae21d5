/** What only a debug connection has. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { API_KEY, target, type Scenario } from "../scenario.ts";

const root = join(import.meta.dirname, "../../..");

export const debugPortScenarios: Scenario[] = [
  {
    name: "the registration",
    covers: ["debug-registration", "debug-own-name", "debug-form-limit"],
    on: ["tcp"],
    async run({ launch }) {
      const link = await launch.tcp();
      const { name, fields, assets } = await link.registered();
      expect(name).toBe("openai_compatible_debug");
      expect(fields).toContain("endpoint_url");
      expect(new Set(fields).size).toBe(fields.length);
      const [, leftOut = ""] = await link.plugin.line(/left out of the form.*32 fields: (.+)/);
      expect(leftOut.split(", ")).toContain("request_timeout");
      for (const field of leftOut.split(", ")) expect(fields).not.toContain(field);
      expect(assets.get("icon.svg")).toEqual(await readFile(join(root, "_assets/icon.svg")));
      await link.close();
    },
  },
  {
    name: "a key that is not taken",
    covers: ["debug-refused", "no-secrets"],
    on: ["tcp"],
    async run({ launch }) {
      const link = await launch.tcp("00000000-bad0-key0");
      expect(await link.plugin.exited).toBe(1);
      expect(link.log.join("\n")).toContain("the daemon refused: handshake failed, invalid key");
      expect(link.log.join("\n")).not.toContain("bad0-key0");
      link.kill();
    },
  },
  {
    name: "a connection that breaks",
    covers: ["debug-reconnect"],
    on: ["tcp"],
    async run({ launch, demo }) {
      const link = await launch.tcp();
      const before = await link.registered();
      expect(await link.cut()).toEqual(before);
      const data = { action: "get_tts_model_voices", ...target("tts", "demo-speech", demo), language: "" };
      expect((await link.call(data)).error).toBeUndefined();
      await link.close();
    },
  },
  {
    name: "each call is told in a line",
    covers: ["debug-told", "no-secrets"],
    on: ["tcp"],
    async run({ launch, demo }) {
      const link = await launch.tcp();
      const prompt_messages = [{ role: "user", content: "a private question" }];
      const ask = { action: "invoke_llm", prompt_messages, stream: true };
      await link.call({ ...ask, ...target("llm", "demo-chat", demo) });
      await link.plugin.line(/invoke_llm +demo-chat +\d+ ms +ok$/);
      await link.call({ ...ask, ...target("llm", "not-there", demo) });
      await link.plugin.line(/invoke_llm +not-there +\d+ ms +Invoke\w+Error$/);
      expect(link.log.join("\n")).not.toContain(API_KEY);
      expect(link.log.join("\n")).not.toContain("private");
      await link.close();
    },
  },
  {
    name: "nobody reads what is printed any more",
    covers: ["ends-unheard"],
    on: ["tcp"],
    async run({ launch, demo }) {
      const link = await launch.tcp();
      link.plugin.child.stdout?.destroy();
      link.plugin.child.stderr?.destroy();
      const data = { action: "get_tts_model_voices", ...target("tts", "demo-speech", demo), language: "" };
      // Its answer may or may not leave before the end.
      await link.call(data).catch(() => undefined);
      expect(await link.plugin.exited).toBe(1);
      link.kill();
    },
  },
];

/** How a plugin's process starts and ends. */
import { readdir, readFile, readlink } from "node:fs/promises";
import { expect, inject } from "vitest";
import type { Link } from "../../stand-in-daemon/link.ts";
import type { Upstream } from "../../upstream/upstream.ts";
import { target, type Scenario } from "../scenario.ts";

/** A call that the server answers when it is released. */
async function callInFlight(link: Link, upstream: Upstream) {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  upstream.handler = async (_request, response) => {
    asked.resolve();
    await released.promise;
    const choices = [{ message: { content: "late" }, finish_reason: "stop" }];
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ choices }));
  };
  const about = target("llm", "m", `${upstream.origin}/v1`);
  const prompt_messages = [{ role: "user", content: "hi" }];
  const reply = link.call({ action: "invoke_llm", ...about, prompt_messages, stream: false });
  await asked.promise;
  return { reply, release: () => released.resolve() };
}

export const processScenarios: Scenario[] = [
  {
    name: "the package has what the daemon looks for",
    covers: ["package-root"],
    on: ["stdio"],
    async run() {
      const names = await readdir(inject("packageFolder"));
      for (const name of ["manifest.yaml", "_assets", "README.md", "requirements.txt", "main.py"]) {
        expect(names).toContain(name);
      }
      const manifest = await readFile(`${inject("packageFolder")}/manifest.yaml`, "utf8");
      expect(manifest).toMatch(/language: python/);
    },
  },
  {
    name: "the first heartbeat, and the one after it",
    covers: ["heartbeat-first", "heartbeat-goes-on"],
    on: ["tcp"],
    async run({ launch }) {
      const link = await launch.tcp();
      await link.heartbeats(2);
      await link.close();
    },
  },
  {
    name: "ready with the first line",
    covers: ["heartbeat-first"],
    on: ["stdio"],
    async run({ launch }) {
      // Whatever else came first would be a complaint.
      await (await launch.stdio()).close();
    },
  },
  {
    name: "Node has taken the place of Python",
    covers: ["one-process"],
    on: ["stdio"],
    async run({ launch }) {
      const link = await launch.stdio();
      const { pid } = link.plugin;
      expect(await readlink(`/proc/${pid}/exe`)).not.toMatch(/python/);
      expect(await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).toBe("");
      await link.close();
    },
  },
  {
    name: "the input ends during a call",
    covers: ["ends-with-input"],
    on: ["stdio"],
    async run({ launch, upstream }) {
      const link = await launch.stdio();
      const { reply, release } = await callInFlight(link, upstream);
      const closed = link.close();
      release();
      expect((await reply).error).toBeUndefined();
      await closed;
    },
  },
  {
    name: "told to stop",
    covers: ["ends-on-signal"],
    on: ["stdio"],
    async run({ launch }) {
      const { plugin } = await launch.stdio();
      process.kill(plugin.pid ?? 0, "SIGTERM");
      expect(await plugin.exited).toBe(0);
    },
  },
  {
    name: "told to stop while connected",
    covers: ["ends-on-signal"],
    on: ["tcp"],
    async run({ launch }) {
      await (await launch.tcpPackaged()).close();
    },
  },
  {
    name: "told to stop during a call",
    covers: ["ends-on-signal"],
    on: ["http"],
    async run({ launch, upstream }) {
      const link = await launch.http();
      const { reply, release } = await callInFlight(link, upstream);
      const closed = link.close();
      release();
      expect((await reply).error).toBeUndefined();
      await closed;
    },
  },
  {
    name: "two processes of one package, one of which is killed",
    covers: ["two-processes"],
    on: ["stdio"],
    async run({ launch, upstream }) {
      const [first, second] = await Promise.all([launch.stdio(), launch.stdio()]);
      const { reply, release } = await callInFlight(second, upstream);
      first.kill();
      await first.plugin.exited;
      release();
      expect((await reply).error).toBeUndefined();
      await second.close();
    },
  },
];

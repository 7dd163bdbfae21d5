/** The check is able to fail, and says so itself. */
import { expect, test } from "vitest";
import { ADDRESSES, EXPECTED, selfTest, type Outcome } from "../../src/cli/check/self-test.ts";
import { STAGE_IDS, STAGES } from "../../src/check/stages.ts";
import { FAULT_NAMES } from "../../src/demo/faults/faults.ts";
import { createPlugin } from "../../src/plugin.ts";
import { runCheck } from "./run-check.ts";

test("every fault is found, every stage fails once", { timeout: 120_000 }, async () => {
  const { code, stdout, stderr } = await runCheck(["--self-test"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.match(/^ok {2}/gm)).toHaveLength(1 + FAULT_NAMES.length + ADDRESSES.length);
  const count = `${STAGE_IDS.length} of ${STAGE_IDS.length}`;
  expect(stdout).toContain(`\n${count} stages were seen failing: ${STAGE_IDS.join(", ")}.\n`);
  expect(stdout).toMatch(/Every stage can fail, and every fault is found\.\n$/);
});

test("there is a fault for every stage", () => {
  const expected = [...Object.values(EXPECTED), ...ADDRESSES.map((address) => address.expected)];
  const failing = new Set(expected.filter(({ verdict }) => verdict !== "pass").map(({ stage }) => stage));
  expect(STAGE_IDS.filter((id) => !failing.has(id))).toEqual([]);
});

test("probes have stages under the names the models give them", () => {
  const { models } = createPlugin("", () => undefined);
  expect(models.llm.probes.map(({ name }) => name)).toEqual(["streamed answer", "whole answer", "tool call"]);
  expect(Object.keys(STAGES)).toEqual(expect.arrayContaining(["stream", "chat", "tools"]));
});

test("a check that finds nothing is not trusted", { timeout: 120_000 }, async () => {
  const plugin = createPlugin("", () => undefined);
  // The same models, with nothing that must hold for them.
  const models = Object.fromEntries(
    Object.entries(plugin.models).map(([type, model]) => [
      type,
      new Proxy(model, {
        get: (target, name) => {
          if (name === "probes") return [];
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? (value.bind(target) as unknown) : value;
        },
      }),
    ]),
  );
  const outcomes: Outcome[] = [];
  const provider = { ...plugin, models: models as unknown as typeof plugin.models };
  const found = await selfTest(provider, (outcome) => outcomes.push(outcome));
  expect(found.ok).toBe(false);
  expect(found.failing).not.toContain("stream");
  const missed = outcomes.filter(({ ok }) => !ok).map(({ name }) => name.split(" (")[0]);
  expect(missed).toEqual(
    expect.arrayContaining(["no stream", "wrong vectors", "no scores", "no transcript"]),
  );
});

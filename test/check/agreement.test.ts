/** Saving a form in Dify and checking it: the same verdict, in the same words. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { EXPECTED } from "../../src/cli/check/self-test.ts";
import { stage } from "../../src/check/stages.ts";
import { DEMO_MODELS } from "../../src/demo/demo-models.ts";
import { FAULT_NAMES, type FaultName } from "../../src/demo/faults/faults.ts";
import { startDemoEndpoint } from "../../src/demo/server.ts";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { checkJson } from "./run-check.ts";

/** Nobody waits two minutes in a test for a server that has fallen silent. */
const PATIENCE = { idle_timeout: "1" };

let daemon: StandInDaemon;

beforeAll(async () => {
  daemon = await StandInDaemon.launch(inject("packageFolder"));
});
afterAll(() => daemon.close());

test.concurrent.each(FAULT_NAMES)("%s", { timeout: 60_000 }, async (fault: FaultName) => {
  const { of } = stage(EXPECTED[fault].stage);
  const type = of === "server" ? "llm" : of;
  const model = DEMO_MODELS[type];
  const demo = await startDemoEndpoint({ faults: [fault] });
  const form = { endpoint_url: demo.url, api_key: "sk-1234", ...PATIENCE };
  const [saved, checked] = await Promise.all([
    daemon.call({
      provider: "openai_compatible",
      action: "validate_model_credentials",
      model,
      model_type: type,
      credentials: form,
    }),
    checkJson(["--form", "-", "--model", `${type}=${model}`], { input: JSON.stringify(form) }),
  ]);
  await demo.close();
  const failed = checked.report.servers[0]?.stages.filter(({ verdict }) =>
    ["fail", "timeout"].includes(verdict),
  );
  const [problem] = failed?.flatMap(({ problems }) => problems) ?? [];
  expect(checked.code === 0 ? "accepted" : "refused").toBe(saved.error ? "refused" : "accepted");
  // Before the first question to a model a check looks at the way there, and tells of it in the same words.
  if (failed?.[0]?.type !== undefined) expect(fixed(problem?.shownInDify)).toBe(fixed(saved.error?.message));
  else if (problem) expect(saved.error?.message).toContain(problem.cause);
});

/** Without the ids and times of an answer that is quoted. */
function fixed(message: string | undefined): string | undefined {
  return message?.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\b\d{10}\b/g, "*");
}

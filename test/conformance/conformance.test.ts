/** One list of scenarios over every way that Dify reaches a plugin. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDemoEndpoint, type DemoEndpoint } from "../../src/demo/server.ts";
import { Upstream } from "../upstream/upstream.ts";
import { launchers } from "./launchers.ts";
import requirements from "./requirements.json" with { type: "json" };
import { TRANSPORTS, type Scenario, type Stage } from "./scenario.ts";
import { actionScenarios } from "./scenarios/actions.ts";
import { debugPortScenarios } from "./scenarios/debug-port.ts";
import { lineScenarios } from "./scenarios/lines.ts";
import { processScenarios } from "./scenarios/process.ts";
import { serverlessScenarios } from "./scenarios/serverless.ts";
import { sizeScenarios } from "./scenarios/sizes.ts";

const scenarios: readonly Scenario[] = [
  ...actionScenarios,
  ...sizeScenarios,
  ...lineScenarios,
  ...processScenarios,
  ...debugPortScenarios,
  ...serverlessScenarios,
];

let demo: DemoEndpoint;
let upstream: Upstream;

beforeAll(async () => {
  demo = await startDemoEndpoint();
  upstream = await Upstream.start();
});
afterAll(async () => {
  await upstream.close();
  await demo.close();
});

describe.each(TRANSPORTS)("over %s", (transport) => {
  const applicable = scenarios.filter(({ on }) => on?.includes(transport) ?? true);
  let stage: Stage;

  beforeAll(async () => {
    const link = await launchers[transport]();
    stage = { link, transport, launch: launchers, demo: demo.url, upstream };
  });

  afterAll(() => stage.link.kill());

  test.each(applicable)("$name", async (scenario) => {
    await scenario.run(stage);
    expect(stage.link.complaints).toEqual([]);
  });

  test("the plugin ends in peace", async () => {
    await stage.link.close();
  });
});

describe("requirements", () => {
  test.each(requirements)("$id has a scenario", ({ id }) => {
    expect(scenarios.filter(({ covers }) => covers.includes(id)).map(({ name }) => name)).not.toEqual([]);
  });

  test("scenarios cover nothing that is not listed", () => {
    const known = requirements.map(({ id }) => id);
    expect(scenarios.flatMap(({ covers }) => covers).filter((id) => !known.includes(id))).toEqual([]);
  });
});

/** The handler of AWS Lambda, where test/conformance does not reach it. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, inject, test, vi } from "vitest";
import { lambdaHandler } from "../../src/runtime/lambda.ts";

const options: Parameters<typeof lambdaHandler>[0] = {
  provider: { models: {}, validateCredentials: () => Promise.resolve({ result: true }) },
  log: () => undefined,
};

test("says where it can be used, and is not loaded elsewhere", () => {
  const file = join(inject("packageFolder"), "dist/lambda.cjs");
  const { status, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8" });
  expect(status).toBe(1);
  expect(stderr).toContain("lambdaHandler is for AWS Lambda's Node runtime, where awslambda is global.");
});

test.each([null, {}, { action: "invoke_llm" }, { httpMethod: "POST", path: "/invoke", body: "{}" }])(
  "refuses the event %j",
  async (event) => {
    vi.stubGlobal("awslambda", { streamifyResponse: (handler: unknown) => handler });
    const context = { getRemainingTimeInMillis: () => 1_000 };
    const answering = lambdaHandler(options)(event, new PassThrough(), context);
    await expect(answering).rejects.toThrow("events of a function URL, payload format 2.0");
    vi.unstubAllGlobals();
  },
);

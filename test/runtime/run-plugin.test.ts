import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

function start(env: Record<string, string>) {
  const plugin = join(inject("packageFolder"), "dist/plugin.cjs");
  return spawnSync(process.execPath, [plugin], { env, input: "", encoding: "utf8" });
}

test.each([
  [{ INSTALL_METHOD: "aws_lambda" }, 'INSTALL_METHOD is local, remote or serverless, not "aws_lambda".'],
  [{ INSTALL_METHOD: "remote" }, "REMOTE_INSTALL_KEY is missing"],
  [{ INSTALL_METHOD: "remote", REMOTE_INSTALL_KEY: "k" }, "REMOTE_INSTALL_URL is missing"],
  [{ INSTALL_METHOD: "serverless", SERVERLESS_PORT: "port" }, 'SERVERLESS_PORT is a port, not "port".'],
  [{ INSTALL_METHOD: "serverless", SERVERLESS_PORT: "65536" }, 'SERVERLESS_PORT is a port, not "65536".'],
])("%j ends with a sentence", (env, sentence) => {
  const { status, stdout, stderr } = start(env);
  expect(status).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n").length).toBe(1);
});

test.each([{}, { INSTALL_METHOD: "" }, { INSTALL_METHOD: "local" }])("%j means stdin and stdout", (env) => {
  expect(start(env)).toMatchObject({
    status: 0,
    stdout: '{"event":"heartbeat","session_id":null,"data":{}}\n',
  });
});

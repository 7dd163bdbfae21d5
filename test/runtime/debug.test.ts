/** `npm run debug` while its source changes, in a copy of the repository. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { StandInDebugPort } from "../stand-in-daemon/debug-port.ts";
import { Upstream } from "../upstream/upstream.ts";
import { copyRepository } from "./repository-copy.ts";

let folder: string;
let link: StandInDebugPort;

beforeEach(async () => {
  folder = await copyRepository();
  link = await StandInDebugPort.launch((env) => ({
    command: process.execPath,
    args: [join(folder, "src/cli/debug.ts")],
    cwd: folder,
    env,
  }));
});
afterEach(async () => {
  link.kill();
  await link.plugin.exited;
  await rm(folder, { recursive: true, force: true });
});

async function change(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(folder, file), "utf8");
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));
}

async function voicesError(): Promise<string | undefined> {
  const about = { provider: "p", model: "m", model_type: "tts", credentials: {} };
  return (await link.call({ action: "get_tts_model_voices", ...about, language: "" })).error?.type;
}

test("code that changes is taken for the next call, over the same connection", async () => {
  const upstream = await Upstream.start();
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  upstream.handler = async (_request, response) => {
    asked.resolve();
    await released.promise;
    response.writeHead(200).end(JSON.stringify({ text: "heard" }));
  };
  const credentials = { endpoint_url: `${upstream.origin}/v1` };
  const file = Buffer.from("RIFF....WAVEfmt ").toString("hex");
  const about = { provider: "p", model: "m", model_type: "speech2text", credentials, file };
  const inFlight = link.call({ action: "invoke_speech2text", ...about });
  await asked.promise;
  expect(await voicesError()).toBeUndefined();

  await change("src/plugin.ts", "tts: new OpenAiTextToSpeechModel(),", "");
  await link.plugin.line(/src\/plugin\.ts changed: reloaded/);
  expect(await voicesError()).toBe("InvokeBadRequestError");

  await change("src/plugin.ts", "return {", "return {{");
  await link.plugin.line(/src\/plugin\.ts changed, the last good state stays: /);
  expect(await voicesError()).toBe("InvokeBadRequestError");

  released.resolve();
  expect(await inFlight).toEqual({ pieces: [{ result: "heard" }] });
  await upstream.close();
  await link.close();
});

test("a form that changes is registered anew", async () => {
  const next = link.nextRegistration();
  await change("provider/openai_compatible.yaml", "variable: api_key", "variable: secret_key");
  expect((await next).fields).toContain("secret_key");

  await change("manifest.yaml", "name: openai_compatible", "name: [");
  await link.plugin.line(/manifest\.yaml changed, the last good state stays: .*manifest\.yaml/);
  expect(await voicesError()).toBeUndefined();
  await link.close();
});

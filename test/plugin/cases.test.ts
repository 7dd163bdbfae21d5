/**
 * One case a row: what Dify asks, what the server answers; what the server must have been asked, and what
 * Dify must get. The rows are in `cases/`, a file for each model type.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { Upstream } from "../upstream/upstream.ts";
import { runCase, type Case } from "./run-case.ts";

const folder = join(import.meta.dirname, "cases");
const MODEL_TYPES: Record<string, string> = {
  llm: "llm",
  "llm-responses": "llm",
  "llm-thinking": "llm",
  "text-embedding": "text-embedding",
  rerank: "rerank",
  speech2text: "speech2text",
  tts: "tts",
  moderation: "moderation",
};

let daemon: StandInDaemon;
let upstream: Upstream;

beforeAll(async () => {
  upstream = await Upstream.start();
  daemon = await StandInDaemon.launch(inject("packageFolder"));
});
afterAll(async () => {
  await daemon.close();
  await upstream.close();
});

describe.each(readdirSync(folder).toSorted())("%s", (file) => {
  const type = file.replace(".json", "");
  const cases = JSON.parse(readFileSync(join(folder, file), "utf8")) as Case[];
  test.each(cases)("$name", async (row) => {
    await runCase(row, MODEL_TYPES[type] ?? "", { daemon, upstream });
  });
});

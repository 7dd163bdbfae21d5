/** The stand-in itself, with a puppet for a plugin: it writes what the request tells it to. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { StandInDaemon } from "./stand-in-daemon.ts";

const PUPPET = `
import json, os, sys
print('{"event":"heartbeat","session_id":null,"data":{}}', flush=True)
for line in sys.stdin:
    message = json.loads(line)
    for part in message["data"].get("parts", []):
        answer = {"event": "session", "session_id": message["session_id"], "data": part}
        print(json.dumps(answer), flush=True)
    if message["data"].get("die"):
        os._exit(3)
print("gone with " + os.environ.get("FAREWELL", "nothing"), file=sys.stderr)
sys.exit(int(os.environ.get("CODE", "0")))
`;

let folder: string;
const COUNT = { type: "stream", data: { num_tokens: 3 } };
const END = { type: "end", data: {} };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "puppet-"));
  await writeFile(join(folder, "main.py"), PUPPET);
});
afterAll(() => rm(folder, { recursive: true }));

function count(daemon: StandInDaemon, ...parts: object[]) {
  return daemon.call({ action: "get_llm_num_tokens", parts });
}

test("a reply resolves with its pieces, and a good plugin closes in peace", async () => {
  const daemon = await StandInDaemon.launch(folder, { env: { FAREWELL: "<thanks>" } });
  const pieces: unknown[] = [];
  const parts = [COUNT, END];
  const reply = await daemon.call({ action: "get_llm_num_tokens", parts }, (piece) => pieces.push(piece));
  expect(reply).toEqual({ pieces: [{ num_tokens: 3 }] });
  expect(pieces).toEqual(reply.pieces);
  await daemon.close();
  expect(daemon.log).toEqual(["gone with <thanks>"]);
  expect(process.env).not.toHaveProperty("FAREWELL");
});

test("an error is a reply", async () => {
  const daemon = await StandInDaemon.launch(folder);
  const error = { type: "error", data: { error_type: "InvokeBadRequestError", message: "no" } };
  const reply = await count(daemon, error, END);
  expect(reply).toEqual({ pieces: [], error: { type: "InvokeBadRequestError", message: "no" } });
  await daemon.close();
});

test("close lists the complaints", async () => {
  const daemon = await StandInDaemon.launch(folder);
  const replies = await Promise.all([count(daemon, END), count(daemon, COUNT, { type: "end" })]);
  expect(replies).toEqual([{ pieces: [] }, { pieces: [{ num_tokens: 3 }] }]);
  await expect(daemon.close()).rejects.toThrow(
    /trap 3: get_llm_num_tokens: [^]+trap 1: get_llm_num_tokens: /,
  );
});

test("requests sent through the plugin's process are followed as well", async () => {
  const daemon = await StandInDaemon.launch(folder);
  await daemon.plugin.call({ action: "get_llm_num_tokens", parts: [COUNT, END] });
  expect(daemon.complaints).toEqual([]);
  await daemon.plugin.call({ action: "get_llm_num_tokens", parts: [COUNT, COUNT, END] });
  expect(daemon.complaints).toEqual([expect.stringContaining("trap 15")]);
  daemon.kill();
});

test("a plugin that dies is told to who waits, and is a complaint", async () => {
  const daemon = await StandInDaemon.launch(folder);
  await expect(daemon.call({ action: "invoke_llm", die: true })).rejects.toThrow("code 3");
  await expect(daemon.call({ action: "invoke_llm" })).rejects.toThrow("code 3");
  expect(daemon.complaints).toEqual([expect.stringContaining("trap 16: invoke_llm")]);
  await expect(daemon.close()).rejects.toThrow("ended with code 3");
});

test("an exit code other than 0 fails the close", async () => {
  const daemon = await StandInDaemon.launch(folder, { env: { CODE: "4" } });
  await expect(daemon.close()).rejects.toThrow("the plugin ended with code 4");
});

test("a killed plugin owes nothing", async () => {
  const daemon = await StandInDaemon.launch(folder);
  const open = count(daemon);
  daemon.kill();
  await expect(open).rejects.toThrow("the plugin ended");
  await daemon.close();
  expect(daemon.complaints).toEqual([]);
});

test("a plugin that ends before its first heartbeat cannot be launched", async () => {
  await expect(StandInDaemon.launch(tmpdir())).rejects.toThrow(/No module named '?main/);
});

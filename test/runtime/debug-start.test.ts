/** What `npm run debug` needs to start, and what it refuses to do. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { EMAIL, PASSWORD, StandInConsole } from "../import/stand-in-console.ts";
import { LineBuffer, lineText } from "../../src/runtime/lines.ts";
import { copyRepository } from "./repository-copy.ts";

const NAME = "dify-ts/openai_compatible_debug";

let folder: string;
/** A debug port that takes whatever comes, and the first line of each connection. */
let port: Server;
let address: string;
let greetings: unknown[];

beforeAll(async () => {
  folder = await copyRepository();
  port = createServer((socket) => {
    const lines = new LineBuffer();
    let isFirst = true;
    socket.on("data", (bytes) => {
      const [line] = lines.push(bytes);
      if (line !== undefined && isFirst) greetings.push(JSON.parse(lineText(line)));
      if (line !== undefined) isFirst = false;
    });
    socket.on("error", () => undefined);
  });
  await once(port.listen(0, "127.0.0.1"), "listening");
  address = `127.0.0.1:${(port.address() as AddressInfo).port}`;
});
beforeEach(() => {
  greetings = [];
});
afterAll(async () => {
  port.close();
  await rm(folder, { recursive: true, force: true });
});

/** Starts it, and stops it when it is connected. */
async function debug(envFile: string, env: Record<string, string> = {}) {
  await writeFile(join(folder, ".env"), envFile);
  const args = [join(folder, "src/cli/debug.ts")];
  const plugin = spawn(process.execPath, args, { env: { PATH: process.env["PATH"], ...env } });
  let printed = "";
  let isStopped = false;
  for (const stream of [plugin.stdout, plugin.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      printed += bytes.toString("utf8");
      if (isStopped || !printed.includes(` connected to ${address} as ${NAME}\n`)) return;
      isStopped = plugin.kill("SIGTERM");
    });
  }
  const [status] = (await once(plugin, "close")) as [number];
  return { status, printed };
}

describe(".env", () => {
  test.each([
    ["plain", (url: string) => `REMOTE_INSTALL_URL=${url}\nREMOTE_INSTALL_KEY=the-key\n`],
    [
      "as Dify shows the address",
      (url: string) => `REMOTE_INSTALL_URL=debug://${url}\nREMOTE_INSTALL_KEY=the-key`,
    ],
    [
      "from Windows, with comments and quotes",
      (url: string) =>
        `\uFEFFREMOTE_INSTALL_URL="${url}" # Dify's\r\n\r\n# export it\r\nexport REMOTE_INSTALL_KEY='the-key'\r\n`,
    ],
  ])("%s", async (_name, text) => {
    expect(await debug(text(address))).toMatchObject({ status: 0 });
    expect(greetings).toEqual([{ type: "handshake", data: { key: "the-key" } }]);
  });

  test("gives way to the environment, but not to what is empty there", async () => {
    const text = "REMOTE_INSTALL_URL=192.0.2.1:1\nREMOTE_INSTALL_KEY=the-key\n";
    const { status } = await debug(text, { REMOTE_INSTALL_URL: address, REMOTE_INSTALL_KEY: "" });
    expect(status).toBe(0);
    expect(greetings).toEqual([{ type: "handshake", data: { key: "the-key" } }]);
  });

  test.each([
    ["", "REMOTE_INSTALL_KEY is missing: Dify shows it under Plugins > Debug.\n"],
    ["REMOTE_INSTALL_KEY=k", "REMOTE_INSTALL_URL is missing: Dify shows it under Plugins > Debug.\n"],
    ["REMOTE_INSTALL_KEY=k\nREMOTE_INSTALL_URL=h:x", 'REMOTE_INSTALL_URL is host:port, not "h:x".\n'],
    [
      "REMOTE_INSTALL_KEY=k\nREMOTE_INSTALL_HOST=::1\nREMOTE_INSTALL_PORT=x",
      'REMOTE_INSTALL_PORT is a port, not "x".\n',
    ],
  ])("%j ends with a sentence", async (text, sentence) => {
    expect(await debug(text)).toEqual({ status: 1, printed: sentence });
  });
});

describe("its name in the workspace", () => {
  let dify: StandInConsole;

  beforeEach(async () => {
    dify = await StandInConsole.start();
  });
  afterEach(() => dify.close());

  const start = (password = PASSWORD) =>
    debug(`REMOTE_INSTALL_URL=${address}\nREMOTE_INSTALL_KEY=k\nDIFY_URL=${dify.address}\n`, {
      DIFY_EMAIL: EMAIL,
      DIFY_PASSWORD: password,
    });

  test.each([
    [
      "package",
      `${NAME} is in the workspace, and would be removed when this connection ends: remove it first.\n`,
    ],
    [
      "remote",
      `${NAME} is in the workspace, over another debug connection: end that first, or remove the plugin if it was left behind.\n`,
    ],
  ])("is refused when it is there from %s", async (source, sentence) => {
    dify.plugins = [{ plugin_id: NAME, source }];
    expect(await start()).toEqual({ status: 1, printed: sentence });
    expect(greetings).toEqual([]);
  });

  test("is free beside the installed plugin itself", async () => {
    dify.plugins = [{ plugin_id: "dify-ts/openai_compatible", source: "package" }];
    const { status, printed } = await start();
    expect(status).toBe(0);
    expect(printed).not.toContain("DIFY_URL");
  });

  test("is not asked for with a wrong password", async () => {
    const { status, printed } = await start("wrong");
    expect(status).toBe(1);
    expect(printed).toMatch(/^Dify refused the login: .*\n$/);
    expect(greetings).toEqual([]);
  });

  test("cannot be known without a login, which is told", async () => {
    const { printed } = await debug(`REMOTE_INSTALL_URL=${address}\nREMOTE_INSTALL_KEY=k\n`);
    expect(printed).toContain(
      `whether ${NAME} is installed is not known without DIFY_URL, DIFY_EMAIL and DIFY_PASSWORD\n`,
    );
  });
});

/** Nothing secret is in anything that the workbench says, whatever a server repeats. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CallEvent, ValidateEvent } from "../../src/workbench/contract.ts";
import { answer, Upstream, type Handler } from "../upstream/upstream.ts";
import { Client, eventsOf, lastOf } from "./client.ts";

const KEY = "sk-secret/Kümmel+0123456789&<x>".replace("ü", "u");
const FALLBACK = "fb-secret-9876543210-zyx";
const HEADER = "team-token-5f3a9b1c";
const PASSWORD = "p4ssw0rd-of-proxy";

let client: Client;
let upstream: Upstream;
let values: Record<string, string>;

beforeAll(async () => {
  upstream = await Upstream.start();
  client = await Client.start();
  values = {
    endpoint_url: `${upstream.origin}/v1`,
    advanced: "manual",
    fallback_url: `${upstream.origin}/fallback`,
  };
  for (const [variable, value] of [
    ["api_key", KEY],
    ["fallback_api_key", FALLBACK],
    ["extra_headers", JSON.stringify({ "X-Team": HEADER, Authorization2: `Custom ${PASSWORD}` })],
  ]) {
    // oxlint-disable-next-line no-await-in-loop
    await client.ask("POST", "/api/secrets", { variable, value });
  }
});
afterAll(async () => {
  await client.close();
  await upstream.close();
});
beforeEach(() => {
  client.heard.length = 0;
  upstream.requests.length = 0;
});

/** As a server may spell them, and pieces that are long enough to be of use. */
const FORBIDDEN = [KEY, FALLBACK, HEADER, PASSWORD].flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString("base64"),
  secret.slice(0, 12),
  secret.slice(-12),
]);

function expectNothingSecret(): void {
  const heard = client.heard.join("\n");
  for (const secret of FORBIDDEN) expect(heard).not.toContain(secret);
}

/** All that a request carried, in the answer's head and body. */
const echo =
  (status: number, write: (text: string) => Buffer[] = (text) => [Buffer.from(text)]): Handler =>
  async ({ headers, path }, response) => {
    const message = `Not with ${JSON.stringify(headers)} at ${path}, nor with ${FALLBACK} or ${encodeURIComponent(KEY)}`;
    response.writeHead(status, {
      "content-type": "application/json",
      "x-echo": `${headers.authorization}`,
      "set-cookie": "session=abc-123-cookie",
      "x-should-retry": "false",
    });
    for (const piece of write(JSON.stringify({ error: { message } }))) {
      response.write(piece);
      // Each to the network before the next.
      // oxlint-disable-next-line no-await-in-loop
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };

const inBytes = (text: string): Buffer[] => Array.from(Buffer.from(text), (byte) => Buffer.from([byte]));

/** Everything there is to be asked of a call. */
async function lookAtAll(events: readonly CallEvent[]): Promise<void> {
  const id = eventsOf(events, "queued")[0]?.id;
  const headers = { authorization: `Bearer ${client.token}` };
  await client.raw("GET", "/api/calls", headers);
  await client.events(`/api/calls/${id}`, undefined);
  await client.raw("GET", `/api/calls/${id}/fixture`, headers);
  for (const event of events) {
    if ("n" in event) {
      // oxlint-disable-next-line no-await-in-loop
      await client.raw("GET", `/api/calls/${id}/raw/${event.n}`, headers);
    }
    if (event.event === "http-request") {
      // oxlint-disable-next-line no-await-in-loop
      await client.raw("GET", `/api/calls/${id}/curl/${event.exchange}`, headers);
    }
  }
}

const moderate = () => client.call({ type: "moderation", model: "m", values, text: "a" });

describe("in a call whose server repeats what it was sent", () => {
  test.each([
    ["at once", echo(400)],
    ["with status 200", echo(200)],
    ["byte by byte", echo(400, inBytes)],
    ["to refuse the key", echo(401)],
  ])("%s", async (_name, handler) => {
    upstream.handler = handler;
    const events = await moderate();
    // They were sent, and shown without.
    expect(upstream.requests.some(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
    expect(lastOf(events).outcome).toBe("failed");
    const [request] = eventsOf(events, "http-request");
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      authorization: "Bearer ***",
      "x-team": "***",
    });
    const [head] = eventsOf(events, "http-response");
    expect(Object.fromEntries(head?.headers ?? [])).toMatchObject({
      "x-echo": "Bearer ***",
      "set-cookie": "***",
    });
    expect(eventsOf(events, "dify-in")[0]?.line.text).toContain('"api_key":"***"');
    await lookAtAll(events);
    expectNothingSecret();
    expect(client.heard.join("")).not.toContain("abc-123-cookie");
  });

  test("in the words of a model", async () => {
    upstream.handler = answer({
      choices: [
        { index: 0, message: { role: "assistant", content: `Your key is ${KEY}.` }, finish_reason: "stop" },
      ],
    });
    const events = await client.call({
      type: "llm",
      model: "m",
      values,
      messages: [{ role: "user", content: "hi" }],
      stream: false,
    });
    expect(lastOf(events).outcome).toBe("done");
    expect(JSON.stringify(eventsOf(events, "dify-out")[0]?.data)).toContain("Your key is ***.");
    await lookAtAll(events);
    expectNothingSecret();
  });
});

test("in a validation", async () => {
  upstream.handler = echo(401);
  const events: ValidateEvent[] = await client.validate({ type: "llm", model: "m", values });
  expect(eventsOf(events, "dify")).toMatchObject([{ accepted: false }]);
  expectNothingSecret();
});

test("in what the page is told first, and in lists of models", async () => {
  upstream.handler = echo(403);
  await client.bootstrap();
  await client.ask("POST", "/api/resolve", { type: "llm", models: {}, values });
  await client.ask("POST", "/api/models", { type: "llm", models: {}, values });
  await client.ask("POST", "/api/schema", { type: "llm", model: "m", values });
  await client.ask("POST", "/api/voices", { model: "m", values });
  expect(upstream.requests.length).toBeGreaterThan(0);
  expectNothingSecret();
});

test("in the address", async () => {
  upstream.handler = echo(400);
  const { host } = new URL(upstream.origin);
  const inAddress = { endpoint_url: `http://me:hunter2-hunter2@${host}/v1?team-key=t0psecret-t0p` };
  const events = await client.call({ type: "moderation", model: "m", values: inAddress, text: "a" });
  expect(upstream.lastRequest?.path).toContain("team-key=t0psecret-t0p");
  await lookAtAll(events);
  expect(client.heard.join("")).not.toMatch(/hunter2|t0psecret/);
});

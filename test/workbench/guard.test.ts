/** Who may ask the workbench, and who may not. */
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "./client.ts";

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.close());

const bearer = (): string => `Bearer ${client.token}`;
const port = (): string => new URL(client.origin).port;

/** What a request gets: the method, its headers, and the status. */
const CASES: [name: string, method: string, headers: () => Record<string, string>, status: number][] = [
  ["the token", "GET", () => ({ authorization: bearer() }), 200],
  ["the token and the own origin", "GET", () => ({ authorization: bearer(), origin: client.origin }), 200],
  ["no token", "GET", () => ({}), 401],
  ["an empty token", "GET", () => ({ authorization: "Bearer " }), 401],
  ["another token", "GET", () => ({ authorization: `${bearer()}x` }), 401],
  ["the token's beginning", "GET", () => ({ authorization: bearer().slice(0, -1) }), 401],
  ["the token as another scheme", "GET", () => ({ authorization: bearer().replace("Bearer", "Basic") }), 401],
  ["another origin", "GET", () => ({ authorization: bearer(), origin: "https://evil.example" }), 403],
  ["an origin of no name", "GET", () => ({ authorization: bearer(), origin: "null" }), 403],
  [
    "the own address under its name",
    "GET",
    () => ({ authorization: bearer(), host: `localhost:${port()}` }),
    403,
  ],
  [
    "a name that was made to lead here",
    "GET",
    () => ({ authorization: bearer(), host: `evil.example:${port()}` }),
    403,
  ],
  ["another port", "GET", () => ({ authorization: bearer(), host: "127.0.0.1:1" }), 403],
  ["a change without an origin", "POST", () => ({ authorization: bearer() }), 403],
  [
    "a change from another origin",
    "POST",
    () => ({ authorization: bearer(), origin: "http://127.0.0.1:1" }),
    403,
  ],
  ["a change without a token", "POST", () => ({ origin: client.origin }), 401],
  [
    "a browser that asks whether it may",
    "OPTIONS",
    () => ({ origin: "https://evil.example", "access-control-request-method": "POST" }),
    403,
  ],
];

describe("a request with", () => {
  test.each(CASES)("%s", async (_name, method, headers, status) => {
    const path = method === "GET" ? "/api/bootstrap" : "/api/secrets";
    const answer = await client.raw(method, path, headers(), method === "POST" ? {} : undefined);
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
    if (status !== 200) expect(JSON.parse(answer.text)).toEqual({ error: expect.any(String) as string });
  });
});

test("the page needs no token and says nothing of it", async () => {
  const { status, headers, text } = await client.raw("GET", "/", {});
  expect(status).toBe(200);
  expect(text).not.toContain(client.token);
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers).toMatchObject({
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
});

test("a page under another name is not served either", async () => {
  expect((await client.raw("GET", "/", { host: `evil.example:${port()}` })).status).toBe(403);
});

test("there is nothing else", async () => {
  expect((await client.raw("GET", "/../package.json", {})).status).toBe(404);
  expect((await client.raw("GET", "/api/nothing", { authorization: bearer() })).status).toBe(404);
});

test.each(
  Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address),
)("it does not listen on %s", async (address) => {
  const code = await new Promise((resolve) => {
    const socket = connect(Number(port()), address, () => resolve("connected"));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  expect(code).toBe("ECONNREFUSED");
});

test("each launch has a token of its own", async () => {
  const other = await Client.start();
  await other.close();
  expect(other.token).not.toBe(client.token);
  expect(client.token.length).toBeGreaterThanOrEqual(40);
});

test("a body that is no JSON, or not what is agreed, is refused by its field", async () => {
  const headers = { authorization: bearer(), origin: client.origin };
  const refused = await client.raw("POST", "/api/call", headers, { type: "llm", model: "m", values: {} });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain("messages");
  expect((await client.raw("POST", "/api/cancel", headers)).status).toBe(400);
});

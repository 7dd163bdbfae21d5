/** What is remembered of keys and servers, and for how long. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import * as z from "zod";
import { readAddress } from "../../src/endpoint/address.ts";
import { withBudget, type Call } from "../../src/endpoint/call.ts";
import { Server } from "../../src/endpoint/server.ts";
import { callWithFallback } from "../../src/endpoint/with-fallback.ts";
import { answer, Upstream } from "../upstream/upstream.ts";

const deadlines = { firstByte: 10_000, idle: 10_000, total: 10_000 };
const network = { connectTimeout: 5_000, proxyUrl: "", caCertificate: "", verifyTls: true };
const good = answer({ data: [] });

let first: Upstream;
let second: Upstream;
let asked: string[];

beforeAll(async () => {
  [first, second] = await Promise.all([Upstream.start(), Upstream.start()]);
});
afterAll(() => Promise.all([first.close(), second.close()]));
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  asked = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (milliseconds: number): unknown => vi.setSystemTime(Date.now() + milliseconds);

function server(upstream: Upstream, apiKeys: readonly string[], secrets: readonly string[] = []): Server {
  const address = readAddress(upstream.origin);
  return new Server({
    address,
    paths: {},
    apiKeys,
    secrets,
    extraHeaders: {},
    deadlines,
    network,
  });
}

const call = (model: string): Call<unknown> => ({
  operation: "models",
  model,
  signal: new AbortController().signal,
  log: () => undefined,
  read: (received) => received.read(z.unknown()),
});

test("a server that failed is asked first again after half a minute", async () => {
  const failing = answer("", 429);
  first.handler = (request, response) => {
    asked.push("first");
    return failing(request, response);
  };
  second.handler = (request, response) => {
    asked.push("second");
    return good(request, response);
  };
  const [one, other] = [server(first, []), server(second, [])];
  const ask = () =>
    withBudget(call("m"), deadlines, (budget) => callWithFallback(one, other, call("m"), budget));
  await ask();
  pass(29_000);
  await ask();
  pass(2_000);
  await ask();
  expect(asked).toEqual(["first", "second", "second", "first", "second"]);
});

/** Milliseconds a key is left alone after a failure. */
const RESTS: [string, number, Record<string, string>, number][] = [
  ["limited", 429, {}, 60_000],
  ["limited, the server saying how long", 429, { "retry-after": "30" }, 30_000],
  ["limited for a day", 429, { "retry-after": "86400" }, 300_000],
  ["wrong", 401, {}, 300_000],
];
test.each(RESTS)("a key that is %s comes back in time", async (name, status, headers, rest) => {
  const failure = answer("", status, headers);
  first.handler = (request, response) => {
    const key = request.headers.authorization?.slice("Bearer ".length) ?? "";
    asked.push(key);
    return (key === "a" ? failure : good)(request, response);
  };
  const ask = () =>
    withBudget(call(name), deadlines, (budget) => server(first, ["a", "b"]).call(call(name), budget));
  await ask();
  await ask();
  pass(rest - 1_000);
  await ask();
  expect(asked).toEqual(["a", "b", "b", "b"]);
  pass(2_000);
  await ask();
  expect(asked.slice(4)).toEqual(["a", "b"]);
});

test("keys that all rest are tried again, the one first whose rest ends first", async () => {
  first.handler = (request, response) => {
    const key = request.headers.authorization?.slice("Bearer ".length) ?? "";
    asked.push(key);
    return answer("", key === "a" ? 401 : 429, { "retry-after": "60" })(request, response);
  };
  const ask = () =>
    withBudget(call("all"), deadlines, (budget) => server(first, ["a", "b"]).call(call("all"), budget));
  await expect(ask()).rejects.toMatchObject({ kind: "rate-limited" });
  await expect(ask()).rejects.toMatchObject({ kind: "rate-limited" });
  expect(asked).toEqual(["a", "b", "b", "a"]);
});

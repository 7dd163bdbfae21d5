/** Saving a form, stage by stage, and the truth at its end. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MODEL_TYPES } from "../../src/check/stages.ts";
import type { Bootstrap, ValidateEvent } from "../../src/workbench/contract.ts";
import { Upstream } from "../upstream/upstream.ts";
import { Client, eventsOf } from "./client.ts";

let client: Client;
let hello: Bootstrap;
beforeAll(async () => {
  client = await Client.start();
  hello = await client.bootstrap();
});
afterAll(() => client.close());
beforeEach(() => client.ask("PUT", "/api/faults", { on: [] }));

const stages = (events: readonly ValidateEvent[]) =>
  eventsOf(events, "stage-end").map(({ result }) => result);

describe("against the embedded endpoint", () => {
  test.each(MODEL_TYPES)("%s", async (type) => {
    const { demo, connection } = hello;
    const subject = { type, model: demo.models[type], values: connection.values };
    const events = await client.validate(subject);
    const [begin] = eventsOf(events, "begin");
    expect(stages(events).map(({ stage }) => stage)).toEqual(begin?.stages.map(({ stage }) => stage));
    expect(stages(events).every(({ verdict }) => verdict === "pass")).toBe(true);
    expect(eventsOf(events, "verdict")).toMatchObject([
      { verdict: "ready", form: expect.any(Array) as object },
    ]);
    expect(eventsOf(events, "dify")).toMatchObject([{ accepted: true }]);
    expect(events.at(-1)).toEqual({ event: "end", outcome: "done" });
  });
});

test("a failure names its cause, the field and a value that helps, and Dify says the same", async () => {
  const { url } = hello.demo;
  const values = { endpoint_url: url.replace("/v1", "/wrong/v2") };
  const events = await client.validate({ type: "llm", model: "demo-chat", values });
  const problem = stages(events)
    .flatMap(({ problems }) => problems)
    .find(({ value }) => value !== undefined);
  expect(problem).toMatchObject({
    cause: "The server has nothing at this address.",
    field: "endpoint_url",
    label: "Base URL",
    value: url,
  });
  expect(eventsOf(events, "verdict")).toMatchObject([{ verdict: "not ready" }]);
  const [dify] = eventsOf(events, "dify");
  expect(dify).toMatchObject({ accepted: false, error: { type: "CredentialsValidateFailedError" } });
  expect(dify?.error?.message).toContain(`Set "Base URL" to ${url}.`);
  expect(events.at(-1)).toEqual({ event: "end", outcome: "failed" });

  const filled = { endpoint_url: problem?.value ?? "" };
  const again = await client.validate({ type: "llm", model: "demo-chat", values: filled });
  expect(eventsOf(again, "dify")).toMatchObject([{ accepted: true }]);
});

test("the corrected address is written back, as Dify does", async () => {
  const values = { endpoint_url: hello.demo.url.replace("http://", "") + "/embeddings" };
  const events = await client.validate({ type: "llm", model: "demo-chat", values });
  expect(eventsOf(events, "dify")).toMatchObject([
    { accepted: true, credentials: { endpoint_url: hello.demo.url } },
  ]);
});

test("a form that makes no sense is refused before anybody is asked", async () => {
  const server = await Upstream.start();
  const values = { endpoint_url: server.origin, advanced: "manual", context_size: "many" };
  const events = await client.validate({ type: "llm", model: "m", values });
  expect(events.map(({ event }) => event)).toEqual(["begin", "refused", "end"]);
  expect(eventsOf(events, "refused")[0]?.complaints).toMatchObject([{ field: "context_size" }]);
  expect(server.requests).toEqual([]);
  await server.close();
});

test("a server that is not there ends the ladder where it stands", async () => {
  const values = { endpoint_url: "http://127.0.0.1:9/v1" };
  const events = await client.validate({ type: "rerank", model: "m", values });
  const verdicts = Object.fromEntries(stages(events).map(({ stage, verdict }) => [stage, verdict]));
  expect(verdicts).toMatchObject({ url: "pass", network: "fail", http: "skip", rerank: "skip" });
  expect(eventsOf(events, "verdict")).toMatchObject([{ verdict: "no connection" }]);
});

test("it sees the server as it is now, not as it was at the validation before", async () => {
  const subject = { type: "llm", model: "demo-chat", values: hello.connection.values } as const;
  const told = async (faults: string[]) => {
    await client.ask("PUT", "/api/faults", { on: faults });
    const events = await client.validate(subject);
    return stages(events).find(({ stage }) => stage === "parameters")?.verdict;
  };
  expect(await told(["refuses seed"])).toBe("warn");
  expect(await told([])).toBe("pass");
});

test("it can be cancelled in a stage", async () => {
  await client.ask("PUT", "/api/faults", { on: ["stall"] });
  let id = "";
  let cancelled: Promise<unknown> | undefined;
  const subject = { type: "llm", model: "demo-chat", values: hello.connection.values };
  const events = await client.events<ValidateEvent>("/api/validate", subject, (event) => {
    if (event.event === "begin") ({ id } = event);
    if (event.event === "stage-begin" && event.stage === "stream")
      cancelled ??= client.ask("POST", "/api/cancel", { id });
  });
  expect(events.at(-1)).toEqual({ event: "end", outcome: "cancelled" });
  expect(eventsOf(events, "dify")).toEqual([]);
  await cancelled;
});

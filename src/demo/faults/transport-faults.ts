/** Faults of the connection, the key and the list of models. */
import { setTimeout as sleep } from "node:timers/promises";
import { refusal, withJson, type Fault } from "./fault.ts";

const MODELS = /\/models$/;
const API = /^\/v1\//;

export const TRANSPORT_FAULTS = {
  reset: { tells: "cuts the connection", hangsUp: true },
  "slow first byte": {
    tells: "begins to answer after a second",
    async response(answer) {
      await sleep(1_000);
      return answer;
    },
  },
  "web page": {
    tells: "answers everything with a web page",
    answer: () =>
      new Response("<!doctype html><title>Welcome</title><h1>It works</h1>", {
        headers: { "content-type": "text/html" },
      }),
  },
  "wrong key": {
    tells: "refuses the key",
    at: API,
    answer: () => refusal(401, "Incorrect API key provided.", { code: "invalid_api_key" }),
  },
  "rate limit": {
    tells: "limits the rate at once",
    at: /completions|embeddings/,
    answer: () =>
      refusal(429, "Rate limit reached.", { code: "rate_limit_exceeded" }, { "retry-after": "30" }),
  },
  "server error": {
    tells: "fails with 500",
    at: /completions|embeddings/,
    answer: () => refusal(500, "Internal error.", { type: "server_error" }, { "x-should-retry": "false" }),
  },
  "no list": { tells: "has no list of models", at: MODELS, answer: () => refusal(404, "Not Found") },
  "empty list": {
    tells: "lists no models",
    at: MODELS,
    response: (answer) => withJson(answer, (list) => ({ ...list, data: [] })),
  },
} as const satisfies Record<string, Fault>;

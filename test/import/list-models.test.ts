/** Which type a model has, by what real servers say about it; one server a row. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../provider/connection.ts";
import { readSettings } from "../../provider/settings.ts";
import { listModels } from "../../src/import/list-models.ts";
import { answer, Upstream } from "../upstream/upstream.ts";
import servers from "./servers.json" with { type: "json" };

let upstream: Upstream;

beforeAll(async () => {
  upstream = await Upstream.start();
});

afterAll(() => upstream.close());

test.each(servers)("$server", async ({ answers, types }) => {
  const bodies = new Map<string, object>(Object.entries(answers));
  upstream.handler = (request, response) => {
    const body = bodies.get(`${request.method} ${request.path}`);
    return answer(body ?? { detail: "Not Found" }, body ? 200 : 404)(request, response);
  };
  const credentials = { endpoint_url: upstream.origin };
  const context = { signal: new AbortController().signal, log: () => {} };
  const listed = await listModels(connect({ credentials }, readSettings(credentials).settings, context));
  const found = listed.map(({ name, guess }) => [name, guess.unclear ? "unclear" : guess.type]);
  expect(Object.fromEntries(found)).toEqual(types);
  expect(found).toHaveLength(Object.keys(types).length);
});

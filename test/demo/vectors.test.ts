import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { cosine, embed } from "../../src/demo/hash-embedding.ts";
import { post, startDemoClient } from "./demo-client.ts";
import type { DemoClient } from "./demo-client.ts";

let demo: DemoClient;
beforeAll(async () => {
  demo = await startDemoClient();
});
afterAll(() => demo.endpoint.close());

describe("embeddings", () => {
  it("come through the client's own base64 as they were computed", async () => {
    const input = ["a red car", "two blue birds"];
    const reply = await demo.client.embeddings.create({ model: "demo-embedding", input });
    expect(reply.data.map(({ index }) => index)).toEqual([0, 1]);
    expect(reply.data.map(({ embedding }) => embedding)).toEqual(
      input.map((text) => Array.from(embed(text))),
    );
    expect(reply.usage).toEqual({ prompt_tokens: 6, total_tokens: 6 });
  });

  it("are the same as plain numbers, in the dimensions asked for", async () => {
    const request = { model: "demo-embedding", input: "a red car", dimensions: 64 };
    const [encoded, plain] = await Promise.all([
      demo.client.embeddings.create(request),
      demo.client.embeddings.create({ ...request, encoding_format: "float" }),
    ]);
    expect(plain.data[0]?.embedding).toHaveLength(64);
    expect(plain.data[0]?.embedding).toEqual(encoded.data[0]?.embedding);
  });

  it.each([[[1, 2, 3]], [[[1, 2], [3]]], [""], [[]], [["fine", ""]], [7]])(
    "refuse %j as input",
    async (input) => {
      const response = await post(demo.endpoint, "embeddings", { model: "demo-embedding", input });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { type: "invalid_request_error", param: "input" },
      });
    },
  );

  it.each([7, 1025, 12.5])("refuse %d dimensions", async (dimensions) => {
    const response = await post(demo.endpoint, "embeddings", {
      model: "demo-embedding",
      input: "x",
      dimensions,
    });
    expect(await response.json()).toMatchObject({ error: { param: "dimensions" } });
  });
});

describe("rerank", () => {
  const documents = [
    "Bread is baked from flour.",
    { text: "Reset a password in the settings." },
    "password reset",
  ];
  const request = { model: "demo-rerank", query: "How to reset a password", documents };

  async function rerank(more: object = {}): Promise<unknown> {
    const response = await post(demo.endpoint, "rerank", { ...request, ...more });
    return await response.json();
  }

  function score(text: string): number {
    return Math.max(0, cosine(embed(request.query), embed(text)));
  }

  it("sorts documents by their nearness to the query", async () => {
    const texts = documents.map((document) => (typeof document === "string" ? document : document.text));
    const expected = texts
      .map((text, index) => ({ index, relevance_score: score(text), document: { text } }))
      .toSorted((left, right) => right.relevance_score - left.relevance_score);
    expect(expected.map(({ index }) => index).at(-1)).toBe(0);
    expect(await rerank()).toMatchObject({
      model: "demo-rerank",
      results: expected,
      // 5 of the query, 6 and 7 and 2 of the documents
      usage: { total_tokens: 20 },
    });
  });

  it("keeps to top_n, and leaves documents out on request", async () => {
    const reply = await rerank({ top_n: 1, return_documents: false });
    expect(reply).toMatchObject({ results: [{ relevance_score: expect.any(Number) }] });
    expect(JSON.stringify(reply)).not.toContain("document");
  });

  const scores = z.object({ results: z.array(z.object({ index: z.int(), relevance_score: z.number() })) });

  it("never scores outside of 0 to 1", async () => {
    const exact = { query: "zebra", documents: ["zebra", "quartz", "光合作用", "!!!", ""] };
    const { results } = scores.parse(await rerank(exact));
    expect(results[0]?.index).toBe(0);
    expect(results[0]?.relevance_score).toBeCloseTo(1, 5);
    expect(results.every(({ relevance_score: value }) => value >= 0 && value <= 1)).toBe(true);
  });
});

describe("moderations", () => {
  it("flag a text for its words, each on its own", async () => {
    const input = ["Have a nice day.", "I will KILL you, idiot!"];
    const verdict = await demo.client.moderations.create({ model: "demo-moderation", input });
    expect(verdict.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(verdict.results[1]?.categories).toEqual({
      harassment: true,
      "self-harm": false,
      violence: true,
    });
  });
});

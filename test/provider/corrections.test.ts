/** What validation writes back must lead to the very same requests, and be the same every time. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { corrections } from "../../provider/corrections.ts";
import { readSettings } from "../../provider/settings.ts";
import { alternativeUrls, readAddress, requestUrl, type Operation } from "../../src/endpoint/address.ts";

const MODEL = "m/1";

/** Model type → what it asks. */
const TYPES: [string, Operation][] = [
  ["llm", "chat/completions"],
  ["llm", "completions"],
  ["llm", "responses"],
  ["text-embedding", "embeddings"],
  ["rerank", "rerank"],
  ["moderation", "moderations"],
  ["speech2text", "audio/transcriptions"],
  ["tts", "audio/speech"],
];

const file = join(import.meta.dirname, "../endpoint/addresses.json");
const rows = JSON.parse(readFileSync(file, "utf8")) as { pasted: string[]; skip?: string }[];
const pasted = [...new Set(rows.filter(({ skip }) => skip === undefined).flatMap((row) => row.pasted))];

/** The stored form after Dify merged what validation returned. */
type Form = Record<string, string>;

/** All URLs of an operation in the order in which they are tried. */
function tried(form: Form, operation: Operation): string[] {
  const { settings } = readSettings(form);
  const address = readAddress(settings.endpoint_url);
  const urls = [requestUrl(address, operation, MODEL), ...alternativeUrls(address, operation, MODEL)];
  const known = settings.learned.paths?.[operation];
  const found = urls.filter((url) => new URL(url).pathname === known);
  return [...found, ...urls.filter((url) => !found.includes(url))];
}

function corrected(form: Form, type: string, answered: ReadonlyMap<Operation, string>): Form {
  return corrections(readSettings(form).settings, type, MODEL, answered, {});
}

describe.each(TYPES)("%s, %s", (type, operation) => {
  test.each(pasted)("%s", (endpoint_url) => {
    for (const url of tried({ endpoint_url }, operation)) {
      const answered = new Map([[operation, url]]);
      const first = corrected({ endpoint_url }, type, answered);
      const form: Form = { endpoint_url, ...first };
      expect(tried(form, operation)[0]).toBe(url);
      // Dify drops what no form draws before it validates again.
      const { learned: _dropped, ...drawn } = form;
      expect({ ...drawn, ...corrected(drawn, type, answered) }).toEqual(form);
    }
  });
});

const chat = (url: string): ReadonlyMap<Operation, string> => new Map([["chat/completions", url]]);

describe("the base", () => {
  test.each([
    ["https://h.example", "https://h.example/v1/chat/completions", "https://h.example/v1"],
    ["h.example/v1/", "https://h.example/v1/chat/completions", "https://h.example/v1"],
    ["https://h.example/v1/embeddings", "https://h.example/v1/chat/completions", "https://h.example/v1"],
    ["https://h.example/a/v1", "https://h.example/a/v1/chat/completions", undefined],
    ["https://h.example/v1/chat/completions", "https://h.example/v1/chat/completions", undefined],
    ["https://h.example/v1?x=1", "https://h.example/v1/chat/completions?x=1", undefined],
    [
      "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
      "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21",
      undefined,
    ],
    [
      "https://r.openai.azure.com/openai/deployments/d",
      "https://r.openai.azure.com/openai/deployments/d/chat/completions",
      undefined,
    ],
  ])("of %s, answered at %s, becomes %s", (endpoint_url, url, base) => {
    expect(corrected({ endpoint_url }, "llm", chat(url))["endpoint_url"]).toBe(base);
  });

  test("is not that of a list of voices found elsewhere", () => {
    const answered = new Map<Operation, string>([
      ["audio/voices", "https://h.example/voices"],
      ["audio/speech", "https://h.example/v1/audio/speech"],
    ]);
    expect(corrected({ endpoint_url: "h.example" }, "tts", answered)).toEqual({
      endpoint_url: "https://h.example/v1",
      learned: JSON.stringify({ paths: { "audio/voices": "/voices" } }),
    });
  });

  test("is left alone when nothing was asked, and a vector's size is noted", () => {
    const form = { endpoint_url: "https://h.example/v1" };
    const { settings } = readSettings(form);
    expect(corrections(settings, "text-embedding", MODEL, new Map(), { dimensions: 3 })).toEqual({
      learned: '{"dimensions":3}',
    });
  });
});

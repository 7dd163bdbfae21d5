/**
 * What people paste, one case a row of `addresses.json`: B, the base, and how each type's request URL
 * follows from it. `differs` names the URL where it does not follow; `reachedBy` the types whose URL is
 * not the first one tried.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  alternativeUrls,
  InvalidAddress,
  readAddress,
  requestUrl,
  suggestedBase,
  usesApiKeyHeader,
  type Address,
  type Operation,
} from "../../src/endpoint/address.ts";

interface Row {
  row: number;
  pasted: string[];
  base: string;
  /** L(LM), E(mbedding), R(erank), S(peech to text), T(ext to speech): what the server offers. */
  types: string;
  query?: string;
  differs?: Record<string, string>;
  reachedBy?: Record<string, "alternative">;
  note?: string;
  /** Why the row is not checked. */
  skip?: string;
}

const OPERATIONS: Record<string, readonly Operation[]> = {
  L: ["chat/completions", "completions"],
  E: ["embeddings"],
  R: ["rerank"],
  S: ["audio/transcriptions"],
  T: ["audio/speech"],
};
const ALL: readonly Operation[] = [...Object.values(OPERATIONS).flat(), "responses", "models"];
const MODEL = "MODEL";

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8"));
}

const rows = readJson("addresses.json") as Row[];
const refused = readJson("bad-addresses.json") as { pasted: string; reason: string }[];

function urls(address: Address): string[] {
  return ALL.map((operation) => requestUrl(address, operation, MODEL));
}

function pastedUrls(pasted: string, model = MODEL): Record<string, string> {
  const address = readAddress(pasted);
  return Object.fromEntries(ALL.map((operation) => [operation, requestUrl(address, operation, model)]));
}

describe("rows", () => {
  test("are complete", () => {
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 125 }, (_, i) => i + 1));
  });

  const cases = rows.flatMap((row) => row.pasted.map((pasted) => ({ ...row, pasted })));
  test.for(cases)(
    "$row: $pasted",
    ({ pasted, base, types, query = "", differs, reachedBy, skip }, context) => {
      context.skip(skip !== undefined, skip);
      const address = readAddress(pasted);
      const expected = [];
      const found = [];
      for (const type of types) {
        for (const operation of OPERATIONS[type] ?? []) {
          const url = differs?.[type] ?? `${base}/${operation}${query}`;
          const first = requestUrl(address, operation, MODEL);
          const others = alternativeUrls(address, operation, MODEL);
          expected.push([operation, reachedBy?.[type] ?? "first", url]);
          found.push([operation, ...(others.includes(url) ? ["alternative", url] : ["first", first])]);
        }
      }
      expect(found).toEqual(expected);
    },
  );
});

test.each([
  ["https://api.openai.com", "https://api.openai.com/v1/models"],
  ["https://contoso.openai.azure.com", "https://contoso.openai.azure.com/openai/v1/models"],
  [
    "https://contoso.openai.azure.com/openai/deployments/D/chat/completions?api-version=2024-10-21",
    "https://contoso.openai.azure.com/openai/models?api-version=2024-10-21",
  ],
  [
    "https://contoso.openai.azure.com/?api-version=2024-10-21",
    "https://contoso.openai.azure.com/openai/models?api-version=2024-10-21",
  ],
  ["https://openrouter.ai", "https://openrouter.ai/api/v1/models"],
  [
    "https://generativelanguage.googleapis.com",
    "https://generativelanguage.googleapis.com/v1beta/openai/models",
  ],
  ["https://api.anthropic.com/v1/messages", "https://api.anthropic.com/v1/models"],
  ["https://api.deepseek.com", "https://api.deepseek.com/models"],
  [
    "https://dashscope.aliyuncs.com/compatible-api/v1/reranks",
    "https://dashscope.aliyuncs.com/compatible-mode/v1/models",
  ],
  ["https://api.groq.com", "https://api.groq.com/openai/v1/models"],
  ["https://api.cohere.ai/compatibility/v1", "https://api.cohere.com/v1/models"],
  ["http://localhost:11434/api/tags", "http://localhost:11434/v1/models"],
  ["http://localhost:1234/api/v0", "http://localhost:1234/v1/models"],
  ["http://localhost:8000/score", "http://localhost:8000/v1/models"],
  ["http://infinity:7997", "http://infinity:7997/models"],
  ["http://litellm:4000/models", "http://litellm:4000/models"],
  ["https://gw.example.com/LLM/Models", "https://gw.example.com/LLM/models"],
])("models of %s", (pasted, url) => {
  expect(requestUrl(readAddress(pasted), "models", MODEL)).toBe(url);
});

test.each([
  ["https://api.openai.com", "https://api.openai.com/v1/responses"],
  ["https://api.openai.com/v1/responses", "https://api.openai.com/v1/responses"],
  ["https://api.openai.com/v1/chat/completions", "https://api.openai.com/v1/responses"],
  ["http://localhost:11434", "http://localhost:11434/v1/responses"],
  ["https://gw.example.com/llm/Responses?t=7", "https://gw.example.com/llm/responses?t=7"],
  ["https://contoso.openai.azure.com", "https://contoso.openai.azure.com/openai/v1/responses"],
  // As Azure's portal shows it.
  [
    "https://contoso.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
    "https://contoso.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
  ],
  [
    "https://contoso.openai.azure.com/openai/deployments/D/chat/completions?api-version=2025-04-01-preview",
    "https://contoso.openai.azure.com/openai/responses?api-version=2025-04-01-preview",
  ],
])("responses of %s", (pasted, url) => {
  expect(requestUrl(readAddress(pasted), "responses", MODEL)).toBe(url);
});

test.each([
  ["export OPENAI_BASE_URL='https://gw.example.com/v1'", "https://gw.example.com/v1"],
  ['  "base_url": "https://gw.example.com/v1",', "https://gw.example.com/v1"],
  ["base_url: https://gw.example.com/v1  # ours", "https://gw.example.com/v1"],
  ["https//gw.example.com/v1", "https://gw.example.com/v1"],
  ["http://http:8080/v1", "http://http:8080/v1"],
  ["https://gw.example.com/v1。", "https://gw.example.com/v1"],
  ["203.0.113.7:8000", "https://203.0.113.7:8000/v1"],
  ["gw.example.com:80", "http://gw.example.com/v1"],
  ["gateway.lan:443", "https://gateway.lan/v1"],
  ["user:pw@10.0.0.8:4000", "http://user:pw@10.0.0.8:4000/v1"],
  ["http://:pw@gw.example.com/v1", "http://:pw@gw.example.com/v1"],
  ["100.101.102.103:8000", "http://100.101.102.103:8000/v1"],
  ["172.32.0.1", "https://172.32.0.1/v1"],
  ["2001:db8::7", "https://[2001:db8::7]/v1"],
  [":8000/v1/chat/completions", "http://localhost:8000/v1"],
  ["https://gw.example.com/v1/embeddings/embeddings", "https://gw.example.com/v1"],
  ["http://speaches:8000/v1/audio/speech/voices", "http://speaches:8000/v1"],
  ["https://gw.example.com/v1/api/chat", "https://gw.example.com/v1/api"],
  ["http://localhost:8000/docs#/default", "http://localhost:8000/v1"],
  ["https://openrouter.ai/openai/gpt-5/api", "https://openrouter.ai/api/v1"],
  ["https://open.bigmodel.cn/api/coding/paas/v4", "https://open.bigmodel.cn/api/coding/paas/v4"],
])("base of %s", (pasted, base) => {
  expect(readAddress(pasted).base).toBe(base);
});

describe("Azure's deployment in the path", () => {
  const classic = "https://contoso.openai.azure.com/openai/deployments";
  const query = "?api-version=2024-10-21";

  test("is the one pasted for its type, and the model's name for another type", () => {
    const pasted = `${classic}/D/chat/completions${query}`;
    expect(pastedUrls(pasted, "whisper 3/eu")).toMatchObject({
      "chat/completions": pasted,
      completions: `${classic}/D/completions${query}`,
      "audio/transcriptions": `${classic}/whisper%203%2Feu/audio/transcriptions${query}`,
    });
  });

  test("may be called as an operation is", () => {
    expect(pastedUrls(`${classic}/embeddings${query}`)["embeddings"]).toBe(
      `${classic}/embeddings/embeddings${query}`,
    );
  });

  test("stays as pasted, or gives way to the newer paths, when no model is named", () => {
    const pasted = `${classic}/D/chat/completions${query}`;
    expect(requestUrl(readAddress(pasted), "embeddings")).toBe(`${classic}/D/embeddings${query}`);
    expect(requestUrl(readAddress(classic + query), "embeddings")).toBe(
      `https://contoso.openai.azure.com/openai/v1/embeddings${query}`,
    );
  });

  test("is not wanted by the preview of the newer paths", () => {
    const pasted = "https://contoso.openai.azure.com/?api-version=preview";
    expect(pastedUrls(pasted)["embeddings"]).toBe(
      "https://contoso.openai.azure.com/openai/v1/embeddings?api-version=preview",
    );
  });
});

test.each([
  ["https://contoso.openai.azure.com", true],
  ["https://contoso.openai.azure.com/openai/deployments/D?api-version=2024-10-21", true],
  ["https://contoso.cognitiveservices.azure.com/openai/v1", true],
  ["https://user:pw@CONTOSO.services.ai.azure.com:443/openai/v1", true],
  ["https://contoso.openai.azure.us", true],
  ["https://openai.azure.com.example.com/openai/v1", false],
  ["https://gw.example.com/openai/deployments/D?api-version=2024-10-21", false],
  ["https://api.openai.com/v1", false],
  ["http://[::1]:8000", false],
])("the key of %s goes into api-key: %s", (pasted, expected) => {
  expect(usesApiKeyHeader(readAddress(pasted))).toBe(expected);
});

describe("alternatives", () => {
  test.each<[string, Operation, string[]]>([
    ["http://gw/v1", "embeddings", ["http://gw/embeddings"]],
    ["http://gw:7997", "embeddings", ["http://gw:7997/v1/embeddings"]],
    ["http://gw/p/v1?t=7", "chat/completions", ["http://gw/p/chat/completions?t=7"]],
    ["http://gw/v1/openai", "audio/speech", ["http://gw/v1/openai/v1/audio/speech"]],
    [
      "http://gw/p",
      "rerank",
      ["http://gw/p/rerank", "http://gw/p/v2/rerank", "http://gw/p/v1/reranking", "http://gw/p/score"],
    ],
    [
      "http://gw:7997",
      "rerank",
      [
        "http://gw:7997/v1/rerank",
        "http://gw:7997/v2/rerank",
        "http://gw:7997/v1/reranking",
        "http://gw:7997/score",
      ],
    ],
    [
      "http://gw/openai/deployments/D",
      "chat/completions",
      ["http://gw/chat/completions", "http://gw/v1/chat/completions"],
    ],
    [
      "http://gw/rerank",
      "rerank",
      ["http://gw/v1/rerank", "http://gw/v2/rerank", "http://gw/v1/reranking", "http://gw/score"],
    ],
    ["http://gw/v1/rerank", "rerank", []],
    ["http://gw/v1/chat/completions", "chat/completions", []],
    ["http://gw/v1/chat/completions", "embeddings", ["http://gw/embeddings"]],
    ["https://api.openai.com", "chat/completions", []],
    ["https://api.cohere.com", "rerank", []],
    [
      "https://dashscope.aliyuncs.com",
      "rerank",
      ["https://dashscope.aliyuncs.com/api/v1/services/rerank/text-rerank/text-rerank"],
    ],
    ["http://gw/v1", "moderations", ["http://gw/moderations"]],
    ["https://contoso.openai.azure.com/openai/deployments/D?api-version=2024-10-21", "embeddings", []],
  ])("of %s for %s", (pasted, operation, expected) => {
    expect(alternativeUrls(readAddress(pasted), operation, MODEL)).toEqual(expected);
  });
});

describe("the suggested base", () => {
  test.each([
    ["api.openai.com/v1/chat/completions", "https://api.openai.com/v1"],
    [
      "https://dashscope.aliyuncs.com/compatible-api/v1/reranks",
      "https://dashscope.aliyuncs.com/compatible-mode/v1",
    ],
    ["http://tei:8080/embed", "http://tei:8080/v1"],
    ["http://localhost:8000/rerank", undefined],
    ["http://localhost:8080/v1/reranking", undefined],
    ["https://gw.example.com/chat/completions", undefined],
    ["https://gw.example.com/v1?tenant=7", undefined],
    ["https://gw.example.com/openai/deployments/D", undefined],
  ])("of %s is %s", (pasted, expected) => {
    expect(suggestedBase(pasted)).toBe(expected);
  });

  test.each(rows.flatMap(({ pasted, skip }) => (skip === undefined ? pasted : [])))(
    "leads where %s does",
    (pasted) => {
      const base = suggestedBase(pasted);
      if (base === undefined) return;
      expect(urls(readAddress(base))).toEqual(urls(readAddress(pasted)));
      expect(suggestedBase(base)).toBe(base);
    },
  );
});

test.each(refused)("$pasted $reason", ({ pasted, reason }) => {
  expect(() => readAddress(pasted)).toThrow(expect.objectContaining({ name: "InvalidAddress", reason }));
});

/** Addresses and near misses, out of the pieces that have a meaning somewhere. */
const SEGMENTS =
  "v1 V1 v2 v1beta api openai deployments chat completions embeddings embed rerank reranks score audio speech voices models docs v0 beta %20 é {x} . ..".split(
    " ",
  );
const HOSTS =
  "localhost tei 10.0.0.1 [::1] [fe80::1%25eth0] ::1 0x7f.1 gw.example.com bücher.example u:p@gw.example.com http api.openai.com contoso.openai.azure.com openrouter.ai api.deepseek.com dashscope.aliyuncs.com api.cohere.ai 8000".split(
    " ",
  );
const likely = fc
  .tuple(
    fc.constantFrom("", "", '"', "<", "KEY=", "\u200b", " "),
    fc.constantFrom("", "http://", "https://", "HTTPS:/", "https://https://", "//", "https//", "ftp://"),
    fc.constantFrom(...HOSTS),
    fc.constantFrom("", "", ":", ":80", ":443", ":8000", ":1234", ":7997", ":11434", ":99999"),
    fc.array(fc.oneof(fc.constantFrom(...SEGMENTS), fc.string({ maxLength: 3 })), { maxLength: 6 }),
    fc.constantFrom("", "", "/", "//", "?", "?x=1", "?x=1;#y", "?api-version=2024-10-21", "?x='\u0001", "#y"),
    fc.oneof(fc.constantFrom("", '",', ">", ".", ";"), fc.string({ unit: "binary", maxLength: 3 })),
  )
  .map(([before, scheme, host, port, segments, query, after]) =>
    [before, scheme, host, port, ...segments.map((segment) => `/${segment}`), query, after].join(""),
  );
const texts = fc.oneof({ weight: 4, arbitrary: likely }, fc.string({ unit: "binary" }), fc.webUrl());

function readOrRefuse(text: string): Address | undefined {
  try {
    return readAddress(text);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidAddress);
    return undefined;
  }
}

describe("any text", () => {
  test("is read or refused, and a request URL leads back to itself", () => {
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(...ALL),
        fc.constantFrom("", "gpt-5", "a b/é", "chat"),
        (text, operation, model) => {
          const address = readOrRefuse(text);
          if (!address) return;
          const url = requestUrl(address, operation, model);
          expect(requestUrl(readAddress(url), operation, model)).toBe(url);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("gets a base that stays, and no alternative twice", () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...ALL), (text, operation) => {
        const address = readOrRefuse(text);
        if (!address) return;
        const base = suggestedBase(text);
        if (base !== undefined) expect(suggestedBase(base)).toBe(base);
        const tried = [requestUrl(address, operation), ...alternativeUrls(address, operation)];
        expect(tried).toEqual([...new Set(tried)]);
      }),
      { numRuns: 5000 },
    );
  });
});

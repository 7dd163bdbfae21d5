/**
 * Servers that want to be asked for a ranking in their own way, each refusing what the real one refuses:
 * found out by trial, and remembered. Then lists that are too long for a server, and images.
 */
import { describe, expect, test } from "vitest";
import { startProxy } from "../upstream/proxy.ts";
import { answer, Upstream } from "../upstream/upstream.ts";
import { daemon, model, upstream } from "./stage.ts";

type Body = Record<string, unknown>;
type Answer = [status: number, body: object | string];
/** Answers a request; undefined where the server has nothing. */
type Server = (path: string, body: Body) => Answer | undefined;

function serve(server: Server): void {
  upstream.handler = (request, response) => {
    const body = JSON.parse(String(request.body)) as Body;
    const [status, content] = server(request.path, body) ?? [404, { detail: "Not Found" }];
    return answer(content, status)(request, response);
  };
}

const credentialsOf = (more: object) => ({ endpoint_url: `${upstream.origin}/v1`, ...more });

const rank = (docs: string[], more: object = {}, credentials: object = {}) =>
  daemon.call({
    provider: "openai_compatible",
    model,
    model_type: "rerank",
    credentials: credentialsOf(credentials),
    action: "invoke_rerank",
    query: "q",
    docs,
    top_n: 0,
    score_threshold: 0,
    ...more,
  });

const validate = (credentials: object) => rank([], { action: "validate_model_credentials" }, credentials);

const text = (content: string) => ({ content, content_type: "text" });
const PNG = "iVBORw0KGgoAAAA=";
const JPEG = "/9j/4AAQ";
const image = (content: string) => ({ content, content_type: "image" });

const rankImages = (query: object, docs: object[], credentials: object = {}) =>
  rank([], { action: "invoke_multimodal_rerank", query, docs }, credentials);

const paths = () => upstream.requests.map(({ path }) => path);
const bodies = () => upstream.requests.map(({ body }) => JSON.parse(String(body)) as Body);
const ranked = (reply: { pieces: unknown[] }) =>
  (reply.pieces[0] as { docs: { index: number; text: string; score: number }[] }).docs;

/** "0.25" is a document worth 0.25; any other is worth nothing. */
const worth = (doc: unknown): number => Number(doc) || 0;
const scored = (docs: unknown, name: string): object[] =>
  (docs as unknown[])
    .map((doc, index) => ({ index, [name]: worth(doc) }))
    .toSorted((a, b) => Number(b[name]) - Number(a[name]));
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === "string");
const isContent = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "content" in value;

const tei: Server = (path, { texts, query }) => {
  if (path !== "/rerank") return undefined;
  if (texts === undefined || query === undefined) {
    return [
      422,
      "Failed to deserialize the JSON body into the target type: missing field `texts` at line 1 column 60",
    ];
  }
  const { length } = texts as unknown[];
  if (length > 32) {
    const error = `batch size ${length} > maximum allowed batch size 32`;
    return [422, { error, error_type: "Validation" }];
  }
  return [200, scored(texts, "score")];
};

const FAMILIES: [string, Server, string[]][] = [
  [
    "Jina",
    (path, { documents }) =>
      path === "/v1/rerank" && documents
        ? [200, { results: scored(documents, "relevance_score") }]
        : undefined,
    ["/v1/rerank"],
  ],
  ["TEI", tei, ["/v1/rerank", "/rerank", "/rerank"]],
  [
    "Infinity",
    (path, { documents, top_n }) => {
      if (path !== "/rerank") return undefined;
      if (!isTexts(documents) || !(Number(top_n) > 0)) {
        return [422, { detail: [{ loc: ["body", "top_n"], msg: "Input should be greater than 0" }] }];
      }
      return [200, { object: "rerank", results: scored(documents, "relevance_score") }];
    },
    ["/v1/rerank", "/rerank"],
  ],
  [
    "SGLang",
    (path, { documents }) => (path === "/v1/rerank" ? [200, scored(documents, "score")] : undefined),
    ["/v1/rerank"],
  ],
  [
    "llama.cpp's older name",
    (path, { documents }) =>
      path === "/v1/reranking" ? [200, { results: scored(documents, "relevance_score") }] : undefined,
    ["/v1/rerank", "/rerank", "/v2/rerank", "/v1/reranking"],
  ],
  [
    "Voyage, which names the field it refuses",
    (path, { top_n, documents }) => {
      if (path !== "/v1/rerank") return undefined;
      if (top_n !== undefined) return [400, { detail: "Argument 'top_n' is not supported by our API." }];
      return [200, { object: "list", data: scored(documents, "relevance_score") }];
    },
    ["/v1/rerank", "/v1/rerank"],
  ],
  [
    "Voyage, in words that name nothing",
    (path, { top_k, documents }) => {
      if (path !== "/v1/rerank") return undefined;
      if (top_k === undefined) return [400, { detail: "The request body is not valid JSON for this route." }];
      return [200, { object: "list", data: scored(documents, "relevance_score") }];
    },
    ["/v1/rerank", "/v1/rerank", "/v1/rerank"],
  ],
  [
    "vLLM with nothing but score",
    (path, { text_1, text_2 }) => {
      if (path !== "/score" || text_1 === undefined) return undefined;
      return [200, { object: "list", data: scored(text_2, "score") }];
    },
    ["/v1/rerank", "/rerank", "/v2/rerank", "/v1/reranking", "/score"],
  ],
];

describe("a server in the manner of", () => {
  test.each(FAMILIES)("%s is found by trial and remembered", async (_name, server, tried) => {
    serve(server);
    const docs = ["0.25", "0.75", "0.5"];
    const reply = await rank(docs);
    expect(reply.error).toBeUndefined();
    expect(ranked(reply)).toEqual([
      { index: 1, text: "0.75", score: 0.75 },
      { index: 2, text: "0.5", score: 0.5 },
      { index: 0, text: "0.25", score: 0.25 },
    ]);
    expect(paths()).toEqual(tried);
    upstream.requests.length = 0;
    expect(ranked(await rank(docs, { top_n: 2, score_threshold: 0.6 }))).toEqual([
      { index: 1, text: "0.75", score: 0.75 },
    ]);
    expect(paths()).toEqual(tried.slice(-1));
  });

  test("Jina is asked once only when it refuses what is asked, after it answered", async () => {
    serve((_path, { query, documents }) =>
      query === "q" ? [200, { results: scored(documents, "relevance_score") }] : [400, { detail: "no" }],
    );
    await rank(["1"]);
    upstream.requests.length = 0;
    expect((await rank(["1"], { query: "bad" })).error?.message).toContain("400 from POST");
    expect(paths()).toEqual(["/v1/rerank"]);
  });

  test("TEI is remembered for the base, not for a full address that begins alike", async () => {
    serve(tei);
    await rank(["1"]);
    upstream.requests.length = 0;
    const { error } = await rank(["1"], {}, { endpoint_url: `${upstream.origin}/v1/rerank` });
    expect(error?.message).toContain("nothing at this address");
    expect(paths()).toEqual(["/v1/rerank"]);
  });

  test("none of them gets an error with the first refusal", async () => {
    serve((_path, { texts, top_k }) => [400, { detail: `no, ${texts ? 2 : top_k ? 3 : 1}` }]);
    const { error } = await rank(["1"]);
    expect(error?.message).toContain("no, 1");
    expect(paths()).toEqual(["/v1/rerank", "/v1/rerank", "/v1/rerank"]);
  });

  test("TEI is told to cut long texts", async () => {
    serve(tei);
    await rank(["1"]);
    expect(bodies().at(-1)).toEqual({ model, query: "q", texts: ["1"], truncate: true });
  });
});

/** Takes so many documents at a time, and refuses more in its own words. */
const limited =
  (limit: number, status: number, body: (length: number) => object | string): Server =>
  (_path, { documents, texts }) => {
    const given = (documents ?? texts) as unknown[];
    if (given.length > limit) return [status, body(given.length)];
    return [200, { results: scored(given, "relevance_score") }];
  };

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe("DashScope", () => {
  test("is asked in its own manner for a model that it has only there", async () => {
    const secure = await Upstream.start("https");
    const proxy = await startProxy({ standIn: { plain: upstream, secure } });
    serve((path, { input }) =>
      path === "/api/v1/services/rerank/text-rerank/text-rerank"
        ? [200, { output: { results: scored((input as Body)["documents"], "relevance_score") } }]
        : [404, { error: { message: `Unsupported model \`${model}\` for OpenAI compatibility mode.` } }],
    );
    secure.handler = upstream.handler;
    const credentials = {
      endpoint_url: "https://dashscope.aliyuncs.com",
      proxy_url: proxy.url,
      tls_verify: "off",
    };
    const docs = ["0.25", "0.75"];
    expect(ranked(await rank(docs, {}, credentials)).map(({ text: own }) => own)).toEqual(["0.75", "0.25"]);
    await rank(docs, {}, credentials);
    const native = "/api/v1/services/rerank/text-rerank/text-rerank";
    expect(secure.requests.map(({ path }) => path)).toEqual(["/compatible-api/v1/reranks", native, native]);
    await proxy.close();
    await secure.close();
  });
});

describe("a list that is too long", () => {
  const docs = Array.from({ length: 70 }, (_, i) => String((i * 37) % 70));
  const best = docs.map(Number).toSorted((a, b) => b - a);

  test.each<[string, number, number, (length: number) => object | string]>([
    ["TEI", 32, 422, (n) => ({ error: `batch size ${n} > maximum allowed batch size 32` })],
    [
      "Cohere",
      20,
      400,
      (n) => ({ message: `invalid request: list of documents must be at most 20, got ${n}` }),
    ],
    ["Voyage", 30, 400, (n) => ({ detail: `The number of documents cannot exceed 30. You passed ${n}.` })],
    [
      "pydantic",
      25,
      422,
      () => ({
        detail: [
          {
            type: "too_long",
            loc: ["body", "documents"],
            msg: "List should have at most 25 items after validation, not 70",
          },
        ],
      }),
    ],
    [
      "DashScope",
      10,
      400,
      () => ({
        code: "InvalidParameter",
        message: "batch size is invalid, it should not be larger than 10.",
      }),
    ],
    ["a gateway in Chinese", 25, 400, () => ({ message: "文档数量超过限制，最多 25 条" })],
    ["a server that does not tell its limit", 18, 400, () => ({ error: "too many documents" })],
    ["a proxy that measures bytes", 35, 413, () => "<html><h1>413 Request Entity Too Large</h1></html>"],
    [
      "a gateway of its own",
      40,
      400,
      () => ({ error: "rerank-v3.5 in zone 2: got 70 texts, 40 is the limit" }),
    ],
  ])("for %s is split, and merged by score", async (_name, limit, status, body) => {
    serve(limited(limit, status, body));
    const reply = await rank(docs, {}, { rerank_score: "raw" });
    expect(reply.error).toBeUndefined();
    expect(ranked(reply).map(({ score }) => score)).toEqual(best);
    for (const { index, text: own } of ranked(reply)) expect(own).toBe(docs[index]);
    // As few requests as the limit allows, one for each way that was tried, and one for each halving.
    expect(upstream.requests.length).toBeLessThan(70 / limit + 7);
    // Remembered: no refusal is waited for a second time.
    upstream.requests.length = 0;
    expect(ranked(await rank(docs, { top_n: 3 }, { rerank_score: "raw" })).map(({ score }) => score)).toEqual(
      [69, 68, 67],
    );
    expect(bodies().every(({ documents }) => (documents as unknown[]).length <= limit)).toBe(true);
  });

  test("is judged as a whole: logits in one part make logits of all", async () => {
    serve(limited(2, 400, () => ({ error: "at most 2 documents" })));
    const reply = await rank(["0.5", "0.25", "-4"]);
    expect(ranked(reply).map(({ score }) => score)).toEqual([sigmoid(0.5), sigmoid(0.25), sigmoid(-4)]);
  });

  test("is not what a refusal of one long document is about", async () => {
    serve(() => [
      400,
      { error: { message: "Input is too long: this model takes at most 512 tokens per text" } },
    ]);
    const { error } = await rank(docs);
    expect(error?.message).toContain("512 tokens");
    expect(upstream.requests.length).toBeLessThanOrEqual(3);
  });
});

const results = (n: number): object => ({
  results: Array.from({ length: n }, (_, index) => ({ index, relevance_score: (index + 1) / 10 })),
});

describe("images", () => {
  const url = `data:image/png;base64,${PNG}`;
  const part = { type: "image_url", image_url: { url } };
  const ranking = [
    { index: 2, text: "", score: 0.3 },
    { index: 1, text: "b", score: 0.2 },
    { index: 0, text: "", score: 0.1 },
  ];
  const docs = [image(PNG), text("b"), image(JPEG)];
  const jpeg = { type: "image_url", image_url: { url: `data:image/jpeg;base64,${JPEG}` } };

  const SERVERS: [string, Server, object, string[]][] = [
    [
      "vLLM",
      (_path, { documents }) =>
        Array.isArray(documents) && documents.every((doc) => isContent(doc))
          ? [200, results(3)]
          : [400, { message: "no" }],
      {
        query: { content: [part] },
        documents: [{ content: [part] }, { content: [{ type: "text", text: "b" }] }, { content: [jpeg] }],
        top_n: 3,
      },
      ["/v1/rerank"],
    ],
    [
      "Jina",
      (_path, { documents }) =>
        (documents as object[]).every((doc) => "text" in doc || "image" in doc)
          ? [200, results(3)]
          : [422, { detail: "[{'loc': ('body', 'documents', 0, 'image'), 'msg': 'field required'}]" }],
      { query: { image: PNG }, documents: [{ image: PNG }, { text: "b" }, { image: JPEG }], top_n: 3 },
      ["/v1/rerank", "/v1/rerank"],
    ],
    [
      "SGLang",
      (_path, { documents }) =>
        Array.isArray(documents) && documents.every((doc) => Array.isArray(doc))
          ? [200, results(3)]
          : [422, { message: "no" }],
      { query: [part], documents: [[part], [{ type: "text", text: "b" }], [jpeg]], top_n: 3 },
      ["/v1/rerank", "/v1/rerank", "/v1/rerank"],
    ],
    [
      "older vLLM",
      (_path, { documents }) => (isContent(documents) ? [200, results(3)] : [400, { message: "no" }]),
      {
        query: { content: [part] },
        documents: { content: [part, { type: "text", text: "b" }, jpeg] },
        top_n: 3,
      },
      ["/v1/rerank", "/v1/rerank", "/v1/rerank", "/v1/rerank"],
    ],
    [
      "vLLM's score",
      (path, { text_2 }) =>
        path === "/score" && Array.isArray(text_2) && text_2.every((doc) => isContent(doc))
          ? [200, results(3)]
          : undefined,
      {
        text_1: { content: [part] },
        text_2: [{ content: [part] }, { content: [{ type: "text", text: "b" }] }, { content: [jpeg] }],
      },
      ["/v1/rerank", "/rerank", "/v2/rerank", "/v1/reranking", "/score"],
    ],
    [
      "older vLLM's score",
      (path, { text_2 }) => {
        if (path !== "/score") return undefined;
        return isContent(text_2) ? [200, results(3)] : [400, { message: "no" }];
      },
      { text_1: { content: [part] }, text_2: { content: [part, { type: "text", text: "b" }, jpeg] } },
      ["/v1/rerank", "/rerank", "/v2/rerank", "/v1/reranking", "/score", "/score"],
    ],
  ];

  test.each(SERVERS)("are ranked by %s", async (_name, server, body, tried) => {
    serve(server);
    const reply = await rankImages(image(PNG), docs);
    expect(reply.error).toBeUndefined();
    expect(ranked(reply)).toEqual(ranking);
    expect(paths()).toEqual(tried);
    expect(bodies().at(-1)).toEqual({ model, ...body });
    upstream.requests.length = 0;
    await rankImages(image(PNG), docs);
    expect(paths()).toEqual(tried.slice(-1));
  });

  test("are ranked by DashScope's own API", async () => {
    serve(() => [200, { output: results(3) }]);
    const path = "/api/v1/services/rerank/text-rerank/text-rerank";
    const reply = await rankImages(image(PNG), docs, { endpoint_url: `${upstream.origin}${path}` });
    expect(ranked(reply)).toEqual(ranking);
    expect(bodies()[0]).toMatchObject({
      input: { query: { image: url }, documents: [{ image: url }, { text: "b" }, {}] },
    });
  });

  test("that are none are ranked as text", async () => {
    serve((_path, { documents }) => [200, { results: scored(documents, "relevance_score") }]);
    const reply = await rankImages(text("q"), [text("0.1"), text("0.2")]);
    expect(ranked(reply).map(({ text: own }) => own)).toEqual(["0.2", "0.1"]);
    expect(bodies()).toEqual([{ model, query: "q", documents: ["0.1", "0.2"], top_n: 2 }]);
  });

  test("are refused clearly by a server that takes only text", async () => {
    serve(() => [
      422,
      { detail: [{ loc: ["body", "documents", 0], msg: "Input should be a valid string" }] },
    ]);
    const { error } = await rankImages(image(PNG), docs);
    expect(error?.type).toBe("InvokeBadRequestError");
    expect(error?.message).toContain('The model cannot see images. Set "Image input" to Off');
    expect(error?.message).toContain("422 from POST");
    expect(error?.message).not.toContain(PNG);
  });

  test("are refused without asking when the form says so", async () => {
    const { error } = await rankImages(image(PNG), docs, { vision_support: "no_support" });
    expect(error?.message).toContain('"Image input" is off');
    expect(upstream.requests.length).toBe(0);
  });

  test("that are promised are tried by the validation", async () => {
    serve((_path, { documents }) => (isTexts(documents) ? [200, results(2)] : [422, { message: "no" }]));
    expect((await validate({})).error).toBeUndefined();
    const { error } = await validate({ vision_support: "support" });
    expect(error?.type).toBe("CredentialsValidateFailedError");
    expect(error?.message).toContain("Image input");
    serve((_path) => [200, results(2)]);
    expect((await validate({ vision_support: "support" })).error).toBeUndefined();
  });
});

test("a score without end is refused", async () => {
  serve(() => [200, '{"results":[{"index":0,"relevance_score":1e999}]}']);
  expect((await rank(["one"])).error?.message).toContain("/v1/rerank");
});

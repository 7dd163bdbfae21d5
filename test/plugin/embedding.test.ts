/** Embedding calls of several requests: batches, what servers refuse, long texts, large replies, images. */
import { describe, expect, test } from "vitest";
import { answer, type Handler } from "../upstream/upstream.ts";
import { daemon, model, upstream } from "./stage.ts";

interface Body {
  input: string | (string | object)[];
  messages?: object[];
  modality?: string;
}

const bodyOf = (request: { body: Buffer }): Body => JSON.parse(String(request.body)) as Body;
/** The first text of a request. */
const textOf = ({ input }: Body): string => (typeof input === "string" ? input : JSON.stringify(input[0]));
const bodies = (): Body[] => upstream.requests.map(bodyOf);
const sizes = (): (number | "lone")[] =>
  bodies().map(({ input }) => (typeof input === "string" ? "lone" : input.length));

/** A vector that tells its text: the text's number. */
const vectorFor = (text: unknown): number[] => [Number(/\d+/.exec(String(text))?.[0] ?? 0), 1];

const good: Handler = (request, response) => {
  const { input } = bodyOf(request);
  const data = [input].flat().map((text, index) => ({ index, embedding: vectorFor(text) }));
  return answer({ data, usage: { prompt_tokens: 1 } })(request, response);
};

/** Takes a request when `accept` does, else refuses it. */
function accepting(accept: (body: Body) => boolean, refusal: (body: Body) => Handler): Handler {
  return (request, response) => {
    const body = bodyOf(request);
    return (accept(body) ? good : refusal(body))(request, response);
  };
}

const texts = (length: number): string[] => Array.from({ length }, (_, index) => `t${index}`);

function call(data: object, credentials = {}) {
  return daemon.call({
    action: "invoke_text_embedding",
    model_type: "text-embedding",
    provider: "openai_compatible",
    model,
    credentials: { endpoint_url: `${upstream.origin}/v1`, api_key: "sk-secret", ...credentials },
    input_type: "document",
    ...data,
  });
}

const embed = (list: string[], credentials = {}) => call({ texts: list }, credentials);
const embedAs = async (list: string[], credentials = {}): Promise<number[][]> => {
  const { error, pieces } = await embed(list, credentials);
  expect(error).toBeUndefined();
  return (pieces[0] as { embeddings: number[][] }).embeddings;
};

const failing = (message: string, status = 400) => answer({ error: { message } }, status);

function answerBatch(vector: () => number[]): Handler {
  return (request, response) => {
    const data = [bodyOf(request).input].flat().map(() => ({ embedding: vector() }));
    return answer({ data, usage: { prompt_tokens: 1 } })(request, response);
  };
}

let seed = 1;

/** Of length 1, written with all digits of a 64-bit number. */
function randomVector(): number[] {
  const values = Array.from({ length: 1_536 }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647 - 0.5;
  });
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

const long = (words: number): string => "t1 ".repeat(words);

const tooLong = (limit: number): Handler =>
  answer(
    {
      error: {
        message: `This model's maximum context length is ${limit} tokens, however you requested more.`,
        code: "context_length_exceeded",
      },
    },
    400,
  );

const someVectors = (number: number) =>
  answer({ data: Array.from({ length: number }, (_, index) => ({ index, embedding: [index, 1] })) });

const isImage = (input: unknown, image: string): boolean => {
  const last: unknown = Array.isArray(input) ? input.at(-1) : undefined;
  return typeof last === "object" && last !== null && "image" in last && last.image === image;
};

const declared = async () => {
  const { pieces } = await call({ action: "get_ai_model_schemas" }, { max_chunks: "1000" });
  return (pieces[0] as { model_schema: { model_properties: { max_chunks: number } } }).model_schema
    .model_properties.max_chunks;
};

describe("batches", () => {
  test("one request carries sixteen texts, the form's number when there is one", async () => {
    upstream.handler = good;
    expect(await embedAs(texts(40))).toEqual(texts(40).map(vectorFor));
    await embed(texts(40), { max_chunks: "40" });
    expect(sizes()).toEqual([16, 16, 8, 40]);
  });

  const refusals: [string, number, (size: number) => Handler, number[]][] = [
    [
      "DashScope",
      10,
      () =>
        failing(
          "<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it should not be larger than 10.: input.contents",
        ),
      [16, 10, 6],
    ],
    [
      "text-embeddings-inference",
      12,
      (size) =>
        answer(
          { message: `batch size ${size} > maximum allowed batch size 12`, code: 413, type: "Validation" },
          413,
        ),
      [16, 12, 4],
    ],
    [
      "SiliconFlow",
      12,
      (size) =>
        answer(
          { code: 20042, message: `input batch size ${size} > maximum allowed batch size 12`, data: null },
          413,
        ),
      [16, 12, 4],
    ],
    [
      "Infinity",
      12,
      () =>
        answer(
          {
            detail: [
              {
                type: "too_long",
                loc: ["body", "input"],
                msg: "List should have at most 12 items after validation, not 16",
              },
            ],
          },
          422,
        ),
      [16, 12, 4],
    ],
    [
      "Mistral",
      8,
      () =>
        answer(
          {
            object: "error",
            message: "Too many inputs in request, split into more batches.",
            type: "invalid_request_prompt",
            param: null,
            code: "3210",
          },
          400,
        ),
      [16, 8, 8],
    ],
    [
      "Azure",
      1,
      () => failing("Too many inputs. The max number of inputs is 1. We hope to increase it soon."),
      [16, ...texts(16).map(() => 1)],
    ],
    [
      "Voyage",
      8,
      () => answer({ detail: "The batch size limit is 8. Your batch size is 16." }, 400),
      [16, 8, 8],
    ],
    [
      "Cohere",
      9,
      () =>
        answer({ message: "invalid request: total number of texts must be at most 9 - received 16" }, 400),
      [16, 9, 7],
    ],
    [
      "LiteLLM in front of Bedrock",
      8,
      () =>
        failing(
          'litellm.BadRequestError: BedrockException - {"message":"Malformed input request: expected maxItems: 8, found: 16"}',
        ),
      [16, 8, 8],
    ],
    [
      "Gemini",
      8,
      () => failing("* BatchEmbedContentsRequest.requests: at most 8 requests can be in one batch"),
      [16, 8, 8],
    ],
    ["Zhipu", 8, () => failing("input数组最大不得超过8条"), [16, 8, 8]],
    ["nginx", 8, () => answer("<html><h1>413 Request Entity Too Large</h1></html>", 413), [16, 8, 8]],
    ["words nobody knows", 5, () => failing("that is more than I can carry"), [16, 8, 4, 4, 4, 4]],
  ];
  test.each(refusals)(
    "are smaller after a refusal as of %s, also next time",
    async (_name, most, refusal, sent) => {
      upstream.handler = accepting(
        ({ input }) => input.length <= most,
        ({ input }) => refusal(input.length),
      );
      expect(await embedAs(texts(16))).toEqual(texts(16).map(vectorFor));
      expect(sizes()).toEqual(sent);
      upstream.requests.length = 0;
      await embedAs(texts(16));
      expect(sizes()).toEqual(sent.filter((size) => size <= most));
    },
  );

  test("one text that is refused leaves no lesson", async () => {
    upstream.handler = accepting(
      ({ input }) => !input.includes("t3"),
      () => failing("t3 is not to my taste"),
    );
    const { error: refused } = await embed(texts(4));
    expect(refused?.message).toContain("t3 is not to my taste");
    upstream.handler = good;
    upstream.requests.length = 0;
    await embedAs(texts(4));
    expect(sizes()).toEqual([4]);
  });

  test.each([
    ["a wrong key", 401, "Incorrect API key provided", "InvokeAuthorizationError"],
    ["an unknown model", 404, "The model `x` does not exist", "InvokeBadRequestError"],
    ["no credit", 402, "Insufficient balance", "InvokeRateLimitError"],
  ])("are not halved over %s", async (_name, status, message, type) => {
    upstream.handler = failing(message, status);
    expect((await embed(texts(4))).error?.type).toBe(type);
    expect(new Set(sizes())).toEqual(new Set([4]));
  });

  test("a lone string goes to a server that wants one", async () => {
    upstream.handler = accepting(
      ({ input }) => typeof input === "string",
      () =>
        answer(
          { detail: [{ loc: ["body", "input"], msg: "str type expected", type: "type_error.str" }] },
          422,
        ),
    );
    expect(await embedAs(texts(3))).toEqual(texts(3).map(vectorFor));
    await embedAs(texts(1));
    expect(sizes()).toEqual([3, "lone", "lone", "lone", "lone"]);
  });

  test("few are in flight at one server, also of several calls", async () => {
    let open = 0;
    let most = 0;
    const held: (() => void)[] = [];
    const eight = Promise.withResolvers<void>();
    upstream.handler = (request, response) => {
      open += 1;
      most = Math.max(most, open);
      held.push(() => {
        open -= 1;
        void good(request, response);
      });
      if (held.length === 8) eight.resolve();
      if (held.length > 8) held.at(-1)?.();
    };
    const calls = texts(12).map((text) => embed([text]));
    await eight.promise;
    // Every ninth request would have come by now, as this one passes without a turn.
    await daemon.call({
      action: "get_text_embedding_num_tokens",
      model_type: "text-embedding",
      provider: "openai_compatible",
      model,
      credentials: {},
      texts: ["a"],
    });
    expect(held.length).toBe(8);
    for (const finish of held.slice(0, 8)) finish();
    await Promise.all(calls);
    expect(most).toBe(8);
    expect(upstream.requests.length).toBe(12);
  });
});

describe("vectors", () => {
  test("of different sizes in one call are refused", async () => {
    let size = 1;
    upstream.handler = answerBatch(() => Array.from({ length: (size += 1) }, () => 1));
    const { error } = await embed(texts(2), { max_chunks: "1" });
    expect(error?.type).toBe("InvokeBadRequestError");
    expect(error?.message).toContain("different sizes, 2 and 3 numbers");
  });

  test("256 of 1,536 numbers fit into one reply", async () => {
    upstream.handler = answerBatch(randomVector);
    const vectors = await embedAs(texts(256), { max_chunks: "256" });
    expect(vectors.length).toBe(256);
    expect(vectors.every(({ length }) => length === 1_536)).toBe(true);
  });

  test("that cannot fit are refused early, with the number that does, and then at once", async () => {
    upstream.handler = answerBatch(randomVector);
    const { error } = await embed(texts(1_000), { max_chunks: "100" });
    expect(error?.type).toBe("InvokeBadRequestError");
    const fit = Number(/"Texts per request" to (\d+)/.exec(error?.message ?? "")?.[1]);
    expect(fit).toBeGreaterThan(255);
    expect(fit).toBeLessThan(285);
    expect(sizes()).toEqual([100]);
    expect((await embed(texts(1_000), { max_chunks: "100" })).error?.message).toContain("Texts per request");
    expect(sizes()).toEqual([100]);
    await embedAs(texts(fit - 5), { max_chunks: "2048" });
  });

  test("limit the texts of a request in the schema as soon as they are known", async () => {
    upstream.handler = answerBatch(randomVector);
    expect(await declared()).toBe(1_000);
    await embedAs(["t1"]);
    expect(await declared()).toBe(256);
  });
});

describe("over-long texts", () => {
  test("are cut to the limit the server names, also next time", async () => {
    upstream.handler = accepting(
      ({ input }) => JSON.stringify(input).length <= 310,
      () => tooLong(100),
    );
    await embedAs(["t1", long(500)]);
    await embedAs([long(500)]);
    expect(sizes()).toEqual([2, 2, 1]);
    expect(bodies()[2]?.input[0]).toBe(bodies()[1]?.input[1]);
  });

  test("are cut further for a server that counts more tokens", async () => {
    upstream.handler = accepting(
      ({ input }) => textOf({ input }).length <= 200,
      () => tooLong(1_000),
    );
    await embedAs([long(500)], { context_size: "200" });
    const lengths = bodies().map(({ input }) => textOf({ input }).length);
    expect(lengths.length).toBeGreaterThan(1);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    expect(lengths.at(-1)).toBeGreaterThan(100);
  });

  test("are refused when the form lets nothing be cut", async () => {
    upstream.handler = tooLong(100);
    const { error } = await embed([long(500)], { truncate_input: "off" });
    expect(error?.message).toContain('"Context size"');
    expect(sizes()).toEqual([1]);
  });

  test("of 100,000 characters hold up no other call", async () => {
    upstream.handler = good;
    const slow = embed(["字".repeat(100_000)], { context_size: "50000" });
    const order: string[] = [];
    await Promise.all([slow.then(() => order.push("long")), embed(["t1"]).then(() => order.push("short"))]);
    expect(order).toEqual(["short", "long"]);
  });
});

describe("images", () => {
  const PNG = "iVBORw0KGgo=";
  const DATA_URI = `data:image/png;base64,${PNG}`;
  const documents = [
    { content: "t1 cat", content_type: "text" },
    { content: PNG, content_type: "image" },
  ];
  const embedContents = (credentials = {}) =>
    call({ action: "invoke_multimodal_embedding", documents }, credentials);
  const refused = answer({ detail: "Input should be something else" }, 422);
  /** As Infinity refuses what it takes for texts. */
  const refusedAsText = answer(
    { detail: [{ loc: ["body", "text", "input"], msg: "Input should be a valid string" }] },
    422,
  );

  const shapes: [string, (body: Body) => boolean, object[]][] = [
    ["Jina", ({ input }) => isImage(input, PNG), [{ input: [{ text: "t1 cat" }, { image: PNG }] }]],
    [
      "SiliconFlow",
      ({ input }) => isImage(input, DATA_URI),
      [{ input: [{ text: "t1 cat" }, { image: DATA_URI }] }],
    ],
    [
      "OpenRouter",
      ({ input }) => Array.isArray(input) && typeof input[0] === "object" && "content" in input[0],
      [
        {
          input: [
            { content: [{ type: "text", text: "t1 cat" }] },
            { content: [{ type: "image_url", image_url: { url: DATA_URI } }] },
          ],
        },
      ],
    ],
    [
      "vLLM",
      ({ messages }) => messages !== undefined,
      [
        { messages: [{ role: "user", content: [{ type: "text", text: "t1 cat" }] }] },
        { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: DATA_URI } }] }] },
      ],
    ],
    [
      "Infinity",
      ({ modality }) => modality !== undefined,
      [
        { input: ["t1 cat"], modality: "text" },
        { input: [DATA_URI], modality: "image" },
      ],
    ],
  ];

  test.each(shapes)("are sent as %s takes them, and at once the next time", async (_name, takes, sent) => {
    upstream.handler = (request, response) => {
      const body = bodyOf(request);
      return (takes(body) ? someVectors(body.messages ? 1 : body.input.length) : refusedAsText)(
        request,
        response,
      );
    };
    expect((await embedContents()).error).toBeUndefined();
    upstream.requests.length = 0;
    const { pieces } = await embedContents();
    expect((pieces[0] as { embeddings: unknown[] }).embeddings.length).toBe(2);
    expect(bodies()).toEqual(sent.map((fields) => ({ model, ...fields })));
  });

  test("are refused clearly where no server takes them", async () => {
    upstream.handler = refused;
    const { error } = await embedContents();
    expect(error?.type).toBe("InvokeBadRequestError");
    for (const part of ["cannot see images", '"Image input"', "422", "Input should be something else"])
      expect(error?.message).toContain(part);
    expect(upstream.requests.length).toBe(4);
  });

  test("a wrong key is told as one", async () => {
    upstream.handler = answer({ error: { message: "Incorrect API key provided" } }, 401);
    expect((await embedContents()).error?.type).toBe("InvokeAuthorizationError");
    expect(upstream.requests.length).toBe(1);
  });

  test("none: texts alone are sent as texts", async () => {
    upstream.handler = good;
    const { error } = await call({
      action: "invoke_multimodal_embedding",
      documents: documents.slice(0, 1),
    });
    expect(error).toBeUndefined();
    expect(bodies()).toEqual([{ model, input: ["t1 cat"] }]);
  });

  test("are tried when the form that offers them is saved", async () => {
    upstream.handler = accepting(
      ({ input }) => [input].flat().every((item) => typeof item === "string"),
      () => refused,
    );
    const save = { action: "validate_model_credentials" };
    expect((await call(save)).error).toBeUndefined();
    const { error } = await call(save, { vision_support: "support" });
    expect(error?.type).toBe("CredentialsValidateFailedError");
    expect(error?.message).toContain('"Image input"');
  });
});

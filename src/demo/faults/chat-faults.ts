/** Faults of chats: shapes, streams, parameters. */
import { setTimeout as sleep } from "node:timers/promises";
import { inPieces, isStream, refusal, withJson, withText, type Fault, type Traffic } from "./fault.ts";

const CHAT = /\/chat\/completions$/;

export const CHAT_FAULTS = {
  "split utf-8": {
    tells: "sends every byte by itself",
    at: CHAT,
    response: async (answer) => inPieces(answer, eachByte(await answer.bytes())),
  },
  "no [DONE]": {
    tells: "ends its streams without [DONE]",
    at: CHAT,
    response: async (answer) => withText(answer, (await answer.text()).replace("data: [DONE]\n\n", "")),
  },
  "doubled role": {
    tells: "repeats the role in every event",
    at: CHAT,
    response: (answer) =>
      withJson(answer, (value) => ({
        ...value,
        choices: value.choices.map((choice: Choice) =>
          choice.delta ? { ...choice, delta: { role: "assistant", ...choice.delta } } : choice,
        ),
      })),
  },
  "empty choices": {
    tells: "answers without choices",
    at: CHAT,
    response: (answer) => withJson(answer, (value) => ({ ...value, choices: [] })),
  },
  "no usage": {
    tells: "reports no usage",
    at: CHAT,
    response: (answer) => withJson(answer, ({ usage: _usage, ...value }) => value),
  },
  "no stream": {
    tells: "fails when it is to stream",
    at: CHAT,
    answer: ({ body }) =>
      body["stream"] === true
        ? refusal(500, "Streaming failed.", {}, { "x-should-retry": "false" })
        : undefined,
  },
  "buffered stream": {
    tells: "sends its streams in one piece at the end",
    at: CHAT,
    async response(answer) {
      if (!isStream(answer)) return answer;
      const text = await answer.text();
      await sleep(1_200);
      return withText(answer, text);
    },
  },
  "error after 200": {
    tells: "reports its failure with status 200",
    at: CHAT,
    answer: () => Response.json({ error: { message: "The backend is gone.", code: "backend_gone" } }),
  },
  "error in stream": {
    tells: "fails in the middle of a stream",
    at: CHAT,
    response: async (answer) =>
      isStream(answer) ? withText(answer, `${await firstEvent(answer)}${FAILURE_EVENT}`) : answer,
  },
  "cut stream": {
    tells: "ends its streams in the middle",
    at: CHAT,
    response: async (answer) => (isStream(answer) ? withText(answer, await firstEvent(answer)) : answer),
  },
  stall: {
    tells: "falls silent in the middle of a stream",
    at: CHAT,
    response: async (answer) => inPieces(answer, stalling(await answer.bytes())),
  },
  "no tools": {
    tells: "refuses tools",
    at: CHAT,
    answer: ({ body }) =>
      "tools" in body ? refusal(400, "This model does not support tools.", { param: "tools" }) : undefined,
  },
  "ignores tools": { tells: "takes tools and never calls one", at: CHAT, request: without("tools") },
  "ignores stop": { tells: "takes stop words and does not stop", at: CHAT, request: without("stop") },
  "ignores limits": {
    tells: "writes on past max_tokens",
    at: CHAT,
    request: (body) => ({
      ...without("max_tokens")(body),
      // The demo's own answers are short.
      messages: [{ role: "user", content: "on and on ".repeat(40) }],
    }),
  },
  "refuses seed": {
    tells: "refuses the parameter seed",
    at: CHAT,
    answer: ({ body }) =>
      "seed" in body ? refusal(400, "Unsupported parameter: 'seed'.", { param: "seed" }) : undefined,
  },
  "ignores formats": {
    tells: "takes response_format and answers in prose",
    at: CHAT,
    request: without("response_format"),
  },
  "only thoughts": {
    tells: "thinks, and answers nothing",
    at: CHAT,
    response: (answer) => withJson(answer, (value) => ({ ...value, choices: value.choices.map(thinking) })),
  },
  "no images": {
    tells: "refuses images",
    at: CHAT,
    answer: ({ body }) =>
      JSON.stringify(body).includes("image_url")
        ? refusal(400, "image_url is not supported by this model")
        : undefined,
  },
  "small context": {
    tells: "reads 2048 tokens",
    at: CHAT,
    answer: ({ body }) =>
      JSON.stringify(body).length > 8_000
        ? refusal(400, "This model's maximum context length is 2048 tokens.", {
            code: "context_length_exceeded",
          })
        : undefined,
  },
  "mute errors": {
    tells: "says nothing when something is wrong",
    at: CHAT,
    response: (answer) =>
      answer.status < 400
        ? answer
        : new Response("", { status: 500, headers: { "x-should-retry": "false" } }),
  },
  "one at a time": {
    tells: "refuses a second request while it answers one",
    at: CHAT,
    answer: ({ concurrent }) =>
      concurrent > 1 ? refusal(429, "Too many concurrent requests.", {}, { "retry-after": "60" }) : undefined,
    // Long enough to be met by another.
    async response(answer) {
      await sleep(50);
      return answer;
    },
  },
} as const satisfies Record<string, Fault>;

interface Choice {
  readonly delta?: Fields;
  readonly message?: Fields;
}

interface Fields {
  readonly content?: string | null;
}

function without(name: string): (body: Traffic["body"]) => object {
  return (body) => Object.fromEntries(Object.entries(body).filter(([field]) => field !== name));
}

function thinking({ delta, message, ...choice }: Choice): object {
  return {
    ...choice,
    ...(delta && { delta: thought(delta) }),
    ...(message && { message: thought(message) }),
  };
}

function thought({ content, ...rest }: Fields): object {
  return { ...rest, content: "", reasoning_content: content };
}

const FAILURE_EVENT = 'data: {"error":{"message":"The backend is gone.","code":502}}\n\n';

async function firstEvent(answer: Response): Promise<string> {
  const text = await answer.text();
  // The role, and a first word.
  return `${text.split("\n\n").slice(0, 2).join("\n\n")}\n\n`;
}

async function* eachByte(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1) {
    yield bytes.subarray(at, at + 1);
    // Each to the network before the next.
    // oxlint-disable-next-line no-await-in-loop
    if (at % 16 === 0) await sleep(0);
  }
}

async function* stalling(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, bytes.length / 2);
  // Longer than any client waits; it holds no process up.
  await sleep(3_600_000, undefined, { ref: false });
}

/** Texts that are too long for one request, or for the model. */
import { expect, test } from "vitest";
import { answer } from "../upstream/upstream.ts";
import { daemon, model, upstream } from "./stage.ts";

const inputs = (): string[][] =>
  upstream.requests.map(({ body }) => (JSON.parse(String(body)) as { input: string[] }).input);

/** Flags "bad", unless it is refused in these words. */
function serve(refusal: (input: string[]) => string | undefined = () => undefined): void {
  upstream.handler = (request, response) => {
    const input = inputs().at(-1) ?? [];
    const words = refusal(input);
    const results = input.map((text) => ({ flagged: text.includes("bad") }));
    return (words === undefined ? answer({ results }) : answer({ error: { message: words } }, 400))(
      request,
      response,
    );
  };
}

async function moderate(text: string): Promise<boolean> {
  const reply = await daemon.call({
    provider: "openai_compatible",
    model,
    model_type: "moderation",
    credentials: { endpoint_url: upstream.origin, api_key: "sk-secret" },
    action: "invoke_moderation",
    text,
  });
  expect(reply.error).toBeUndefined();
  return (reply.pieces[0] as { result: boolean }).result;
}

/** Refuses what a model of 128 tokens refuses. */
const readsLittle = (input: string[]): string | undefined =>
  input.some(({ length }) => length > 600) ? "maximum context length is 128 tokens" : undefined;

const takesFive = (input: string[]): string | undefined =>
  input.length > 5 ? "Expected an array with maximum length 5" : undefined;

const words = (length: number): string => "word ".repeat(length / 5);

test("a text of many pieces is asked about in several requests, whole", async () => {
  serve();
  expect(await moderate(words(80_000))).toBe(false);
  expect(inputs().map(({ length }) => length)).toEqual([32, 8]);
  expect(
    inputs()
      .flat()
      .every(({ length }) => length <= 2_000),
  ).toBe(true);
  expect(inputs().flat().join(" ").split(/\s+/)).toEqual(words(80_000).trim().split(" "));
});

test("the first flagged piece ends the asking", async () => {
  serve();
  expect(await moderate(`bad ${words(80_000)}`)).toBe(true);
  expect(inputs()).toHaveLength(1);
});

test("the last piece counts as well", async () => {
  serve();
  expect(await moderate(`${words(80_000)} bad`)).toBe(true);
});

test("pieces become shorter for a model that reads less, and stay so", async () => {
  serve(readsLittle);
  expect(await moderate(`${words(3_000)} bad`)).toBe(true);
  upstream.requests.length = 0;
  expect(await moderate(words(3_000))).toBe(false);
  expect(inputs().every((input) => readsLittle(input) === undefined)).toBe(true);
});

test("fewer pieces are sent to a server that takes fewer, and stay so", async () => {
  serve(takesFive);
  expect(await moderate(`${words(20_000)} bad`)).toBe(true);
  upstream.requests.length = 0;
  expect(await moderate(words(20_000))).toBe(false);
  expect(inputs().map(({ length }) => length)).toEqual([5, 5]);
});

/** The functions that run most: one row each. A run is some work of the kind, named by its unit. */
import { readAddress, requestUrl } from "../src/endpoint/address.ts";
import { createEventStream } from "../src/endpoint/event-stream.ts";
import { jsonPieces, LongText } from "../src/endpoint/json-bytes.ts";
import { llmChunkWriter } from "../src/dify/replies.ts";
import { vectorsToJson } from "../src/dify/vector-json.ts";
import { LineBuffer } from "../src/runtime/lines.ts";
import { readSettings } from "../provider/settings.ts";
import { AnswerWriter } from "../models/llm/answer-writer.ts";
import { chatReader } from "../models/llm/chat/response.ts";
import { readVectors } from "../models/text_embedding/response.ts";

export interface HotFunction {
  name: string;
  /** What one run is of, and how many. */
  units: number;
  unit: string;
  run: () => unknown;
}

const CHUNKS = 1_000;
const MEGABYTE = 1_048_576;

const events = Array.from({ length: CHUNKS }, (_, index) => {
  const content = ["Hello there, ", "你好，世界。", 'say "yes"\n', "🙂 fine "][index % 4];
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  return `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", model: "m", choices })}\n\n`;
});
const stream = Buffer.from(events.join(""));
const lines = Buffer.from(`${"x".repeat(299)}\n`.repeat(CHUNKS));
const image = Buffer.from("x".repeat(8 * MEGABYTE));
const imageUrl = new LongText([Buffer.from("data:image/png;base64,"), image]);
const imageBody = {
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text: "你好" },
        { type: "image_url", image_url: { url: imageUrl } },
      ],
    },
  ],
};
const vector = Array.from({ length: 1_536 }, (_, index) => Math.sin(index + 1) / 28);
const reply = { data: Array.from({ length: 10 }, () => ({ embedding: vector })), usage: undefined };
const credentials = { endpoint_url: "https://api.example.com/v1", api_key: "sk-1", max_chunks: "100" };
let forms = 0;

const nothing = (): void => undefined;

function eventsToLines(): number {
  let written = 0;
  const toJson = llmChunkWriter("m");
  const answer = new AnswerWriter({
    model: "m",
    sink: {
      write: (chunk) => (written += toJson(chunk).length) > 0,
      drained: () => Promise.resolve(),
    },
    toolName: (name) => name,
    stream: true,
    showThoughts: true,
    stop: [],
  });
  const read = chatReader(answer);
  createEventStream({
    onData: (data) => read(JSON.parse(data)),
    onError: nothing,
    onDocument: nothing,
    onDone: nothing,
  }).push(stream);
  return written;
}

/** In the pieces a pipe hands over. */
function frame(bytes: Buffer): number {
  const buffer = new LineBuffer();
  let count = 0;
  for (let at = 0; at < bytes.length; at += 65_536) {
    count += buffer.push(bytes.subarray(at, at + 65_536)).length;
  }
  return count + buffer.rest().length;
}

export const FUNCTIONS: readonly HotFunction[] = [
  { name: "framing: lines of 300 bytes", units: CHUNKS, unit: "line", run: () => frame(lines) },
  { name: "framing: one line of 8 MB", units: 8, unit: "MB", run: () => frame(image) },
  { name: "event stream to lines", units: CHUNKS, unit: "chunk", run: eventsToLines },
  {
    name: "embedding reply",
    units: 10,
    unit: "vector",
    run: () => vectorsToJson(readVectors(reply) ?? []),
  },
  { name: "body with an image of 8 MB", units: 8, unit: "MB", run: () => jsonPieces(imageBody) },
  {
    name: "address to request URL",
    units: 1,
    unit: "call",
    run: () => requestUrl(readAddress(credentials.endpoint_url), "chat/completions"),
  },
  { name: "a known form to settings", units: 1, unit: "call", run: () => readSettings(credentials) },
  {
    name: "a new form to settings",
    units: 1,
    unit: "call",
    run: () => readSettings({ ...credentials, display_name: String((forms += 1)) }),
  },
];

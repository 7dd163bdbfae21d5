/**
 * The least a plugin could do: forwards answers, checks nothing, and fails at whatever is unusual. What the
 * plugin is measured against.
 */
import { Agent, request, type IncomingMessage } from "node:http";

interface Asked {
  action: string;
  model: string;
  credentials: { endpoint_url: string };
  prompt_messages: object[];
  texts: string[];
  query: string;
  docs: string[];
}

interface Chunk {
  choices: { delta: { content?: string }; finish_reason: string | null }[];
}

const agent = new Agent({ keepAlive: true });
let queue: string[] = [];

/** All lines of a turn leave in one write. */
function send(id: string, type: string, json: string): void {
  if (queue.length === 0) {
    setImmediate(() => {
      process.stdout.write(queue.join(""));
      queue = [];
    });
  }
  queue.push(`{"event":"session","session_id":"${id}","data":{"type":"${type}","data":${json}}}\n`);
}

function post(url: string, body: object, read: (answer: IncomingMessage) => void): void {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { "content-type": "application/json", "content-length": bytes.length };
  request(url, { method: "POST", agent, headers }, read).end(bytes);
}

function chat(id: string, { model, credentials, prompt_messages: messages }: Asked): void {
  post(`${credentials.endpoint_url}/chat/completions`, { model, messages, stream: true }, (answer) => {
    let index = 0;
    let rest = "";
    const write = (content: string, end: string): void =>
      send(
        id,
        "stream",
        `{"model":"${model}","delta":{"index":${index++},"message":{"role":"assistant","content":${JSON.stringify(content)},"tool_calls":[]},${end}}}`,
      );
    answer.setEncoding("utf8").on("data", (text: string) => {
      const events = (rest + text).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        if (event === "data: [DONE]") continue;
        const { choices } = JSON.parse(event.slice(6)) as Chunk;
        const content = choices[0]?.delta.content;
        if (content) write(content, '"usage":null,"finish_reason":null');
      }
    });
    answer.on("end", () => {
      write("", '"usage":null,"finish_reason":"stop"');
      send(id, "end", "{}");
    });
  });
}

function whole(id: string, url: string, body: object, reply: (text: string) => string): void {
  post(url, body, (answer) => {
    const parts: Buffer[] = [];
    answer.on("data", (part: Buffer) => parts.push(part));
    answer.on("end", () => {
      send(id, "stream", reply(Buffer.concat(parts).toString()));
      send(id, "end", "{}");
    });
  });
}

function take(line: string): void {
  const { session_id: id, data } = JSON.parse(line) as { session_id: string; data: Asked };
  const { action, model, credentials, texts, query, docs } = data;
  const base = credentials.endpoint_url;
  if (action === "invoke_llm") return chat(id, data);
  if (action === "invoke_text_embedding") {
    return whole(id, `${base}/embeddings`, { model, input: texts }, (text) => {
      // The numbers are copied as text; nobody reads them.
      const vectors = [...text.matchAll(/"embedding":(\[[^\]]*\])/g)].map(([, vector]) => vector);
      return `{"model":"${model}","embeddings":[${vectors.join(",")}]}`;
    });
  }
  return whole(id, `${base}/rerank`, { model, query, documents: docs }, (text) => {
    const { results } = JSON.parse(text) as { results: { index: number; relevance_score: number }[] };
    const ranked = results.map(({ index, relevance_score: score }) => ({ index, text: docs[index], score }));
    return JSON.stringify({ model, docs: ranked });
  });
}

process.stdout.write('{"event":"heartbeat","session_id":null,"data":{}}\n');
let rest = "";
process.stdin.setEncoding("utf8").on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) take(line);
});
process.stdin.once("end", () => process.exit(0));

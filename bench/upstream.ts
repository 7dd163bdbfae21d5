/** A server whose answers cost it nothing: ready-made bytes. A process of its own, which prints its address. */
import { createServer, type ServerResponse } from "node:http";

const TEXTS = ["Hello there, ", "你好，世界。", 'say "yes"\n', "naïve café ", "🙂 fine "];

function event(value: unknown): string {
  return `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`;
}

function chunk(delta: object, finish_reason: string | null = null): object {
  return {
    id: "c",
    object: "chat.completion.chunk",
    model: "m",
    choices: [{ index: 0, delta, finish_reason }],
  };
}

const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 };
const first = event(chunk({ role: "assistant", content: "" }));
const last = `${event(chunk({}, "stop"))}${event({ object: "chat.completion.chunk", choices: [], usage })}${event("[DONE]")}`;
const pieces = TEXTS.map((content) => event(chunk({ content })));

function piece(index: number): string {
  return pieces[index % pieces.length] ?? "";
}

const vector = Array.from({ length: 1_536 }, (_, index) => Math.sin(index + 1) / 28);

const embeddings = JSON.stringify({
  data: Array.from({ length: 100 }, (_, index) => ({ index, embedding: vector })),
  usage,
});

const ranking = JSON.stringify({
  results: Array.from({ length: 100 }, (_, index) => ({ index, relevance_score: 1 / (index + 2) })),
});

/** `/chunks/N/INTERVAL/v1/chat/completions`: N pieces, all at once or one each so many milliseconds. */
function stream(path: string, response: ServerResponse): void {
  const [count = 1, interval = 0] = path.split("/").slice(2, 4).map(Number);
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(first);
  if (interval === 0) {
    response.end(Array.from({ length: count }, (_, index) => piece(index)).join("") + last);
    return;
  }
  let sent = 0;
  const clock = setInterval(() => {
    response.write(piece(sent++));
    if (sent < count) return;
    clearInterval(clock);
    response.end(last);
  }, interval);
}

const server = createServer((request, response) => {
  request.resume().once("end", () => {
    const path = request.url ?? "";
    if (path.endsWith("/chat/completions")) return stream(path, response);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(path.endsWith("/embeddings") ? embeddings : ranking);
  });
});

server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as { port: number };
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
process.stdin.resume().once("end", () => process.exit(0));

/**
 * Stands in for AWS Lambda: `node function-url.ts FOLDER HANDLER` serves a function's URL, of invoke mode
 * RESPONSE_STREAM, with one instance. As at Lambda, the instance gets one request at a time, is stopped in
 * between, and is cut off after `FUNCTION_TIMEOUT` seconds (900).
 *
 * The instance speaks the Lambda runtime API, so that `LAMBDA_RUNTIME` can name AWS's own runtime in place of
 * the stand-in (aws-lambda-ric).
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

/** Of an event, its JSON around the body included. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** Between the head of an answer and its body. */
const DELIMITER = Buffer.alloc(8);

const HEAD_TYPE = "application/vnd.awslambda.http-integration-response";

interface Invocation {
  event: string;
  answer: ServerResponse;
}

const [folder = ".", handler = ""] = process.argv.slice(2);
const {
  SERVERLESS_HOST: host,
  SERVERLESS_PORT: port,
  FUNCTION_TIMEOUT = "900",
  LAMBDA_RUNTIME,
} = process.env;
const waiting: Invocation[] = [];
const running = new Map<string, Invocation>();
/** The instance that asks for its next event. */
let idle: ServerResponse | undefined;

async function listen(listener: RequestListener, wanted: number): Promise<number> {
  const server = createServer(listener).listen(wanted, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function takeRequest(request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const { method, headers } = request;
  const { pathname, searchParams } = new URL(request.url ?? "", "http://function");
  const isBase64Encoded = !/^(?:text\/|application\/json)/.test(headers["content-type"] ?? "text/");
  const body = (await buffer(request)).toString(isBase64Encoded ? "base64" : "utf8");
  const event = JSON.stringify({
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: searchParams.toString(),
    headers,
    requestContext: { http: { method, path: pathname, protocol: "HTTP/1.1", sourceIp: "127.0.0.1" } },
    ...(body !== "" && { body }),
    isBase64Encoded,
  });
  if (Buffer.byteLength(event) > MAX_EVENT_BYTES) {
    answer.writeHead(413).end('{"Message":"Request must be smaller than 6291456 bytes"}');
    return;
  }
  waiting.push({ event, answer });
  hand();
}

/** Gives the next event to the instance, or stops it until there is one. */
function hand(): void {
  if (!idle) return;
  const next = waiting.shift();
  instance.kill(next ? "SIGCONT" : "SIGSTOP");
  if (!next) return;
  const id = randomUUID();
  running.set(id, next);
  const patience = Number(FUNCTION_TIMEOUT) * 1_000;
  setTimeout(() => running.has(id) && cut(next), patience).unref();
  idle.writeHead(200, {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": id,
    "lambda-runtime-deadline-ms": Date.now() + patience,
    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:0:function:plugin",
  });
  idle.end(next.event);
  idle = undefined;
}

/** What is sent stays sent, and ends like any answer. */
function cut({ answer }: Invocation): void {
  process.stdout.write("the function is cut off\n");
  answer.end();
  instance.kill("SIGKILL");
}

async function takeCall(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, id = "", what] = /\/invocation\/([^/]+)\/(\w+)$/.exec(request.url ?? "") ?? [];
  if (request.url?.endsWith("/invocation/next")) {
    idle = response;
    return hand();
  }
  const answer = running.get(id)?.answer;
  if (!answer) throw new Error(`${request.url}: ${String(await buffer(request))}`);
  if (what === "response") await pass(request, answer);
  else answer.writeHead(502);
  answer.end();
  running.delete(id);
  response.writeHead(202).end();
}

/** The head comes first, as JSON; then the body, as it comes. */
async function pass(from: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (from.headers["content-type"] !== HEAD_TYPE) throw new Error("the answer has no head");
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const bytes of from as AsyncIterable<Buffer>) {
    let piece = bytes;
    if (head) {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf(DELIMITER);
      if (end === -1) continue;
      const { statusCode, headers } = JSON.parse(head.subarray(0, end).toString()) as Head;
      answer.writeHead(statusCode, headers).flushHeaders();
      piece = head.subarray(end + DELIMITER.length);
      head = undefined;
    }
    // Lambda goes on when nobody listens any more.
    if (!answer.write(piece) && !answer.closed) {
      await Promise.race([once(answer, "drain"), once(answer, "close")]);
    }
  }
  if (head) throw new Error("the answer ended within its head");
  if (from.trailers["lambda-runtime-function-error-type"]) throw new Error("the function failed");
}

interface Head {
  statusCode: number;
  headers: Record<string, string>;
}

const runtimePort = await listen((request, response) => void takeCall(request, response), 0);
const instance = spawn(
  process.execPath,
  [LAMBDA_RUNTIME ?? join(import.meta.dirname, "lambda-runtime.cjs"), handler],
  {
    stdio: "inherit",
    env: {
      PATH: process.env["PATH"],
      LAMBDA_TASK_ROOT: folder,
      _HANDLER: handler,
      AWS_LAMBDA_RUNTIME_API: `${host}:${runtimePort}`,
      AWS_LAMBDA_FUNCTION_NAME: "plugin",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/plugin",
      AWS_LAMBDA_LOG_STREAM_NAME: "stream",
      // AWS's own runtime then needs nothing that has to be compiled.
      AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: "true",
    },
  },
);
instance.once("exit", (code, signal) => process.exit(signal === "SIGKILL" ? 0 : (code ?? 1)));
process.once("SIGTERM", () => instance.kill("SIGKILL"));
const urlPort = await listen((request, answer) => void takeRequest(request, answer), Number(port));
process.stdout.write(`serving on ${host}:${urlPort}\n`);

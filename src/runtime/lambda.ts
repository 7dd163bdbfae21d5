/**
 * A plugin as a function of AWS Lambda, behind a function URL of invoke mode RESPONSE_STREAM.
 *
 * Lambda starts as many instances as there are requests at once, gives each one request at a time and stops
 * the process in between; they share nothing.
 */
import type { Writable } from "node:stream";
import * as z from "zod";
import { DifyError } from "../dify/errors.ts";
import { Dispatcher, readEnvelope, type DispatcherOptions } from "./dispatcher.ts";
import { LineWriter } from "./line-writer.ts";
import { LINES_HEAD, NO_REQUEST, replyAtOnce, type Reply } from "./routes.ts";

/** What is read of a function URL's event, payload format 2.0. */
const functionUrlEvent = z.object({
  rawPath: z.string(),
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
  callbackWaitsForEmptyEventLoop?: boolean;
}

/** `output` has of a stream what is used here, and no more: Lambda's own `end` takes no last piece. */
export type LambdaHandler = (event: unknown, output: Writable, context: LambdaContext) => Promise<void>;

/** What Lambda's Node runtime puts beside a function, to stream its answers. */
interface LambdaRuntime {
  streamifyResponse(handler: LambdaHandler): LambdaHandler;
  HttpResponseStream: {
    from(output: Writable, head: { statusCode: number; headers: Reply["headers"] }): Writable;
  };
}

/** Lambda cuts a function at its time limit, and the daemon may take an answer that is cut for a whole one. */
const PARTING_MS = 1_000;

/**
 * A handler for a function whose `handler` is this function's result. Like `requestListener`, it answers
 * `POST /invoke` and `GET /health`.
 *
 * @throws Error outside of Lambda's Node runtime
 */
export function lambdaHandler(options: Omit<DispatcherOptions, "output">): LambdaHandler {
  const { awslambda } = globalThis as { awslambda?: LambdaRuntime };
  if (!awslambda)
    throw new Error("lambdaHandler is for AWS Lambda's Node runtime, where awslambda is global.");

  const open = (output: Writable, { status, headers }: Omit<Reply, "body">): Writable =>
    awslambda.HttpResponseStream.from(output, { statusCode: status, headers });

  const invoke = async (body: Buffer, output: Writable, context: LambdaContext): Promise<void> => {
    const envelope = readEnvelope([body]);
    if (!envelope) return send(open(output, NO_REQUEST), NO_REQUEST.body);
    const stream = open(output, LINES_HEAD);
    const lines = new LineWriter(stream);
    const dispatcher = new Dispatcher({ ...options, output: lines });
    stream.once("close", () => dispatcher.abort());
    const left = context.getRemainingTimeInMillis();
    let timer: NodeJS.Timeout | undefined;
    const overdue = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        dispatcher.fail(tooLate(left));
        resolve();
      }, left - PARTING_MS);
    });
    dispatcher.begin(envelope);
    await Promise.race([dispatcher.idle(), overdue]);
    clearTimeout(timer);
    await lines.flushed();
    await ended(stream);
  };

  return awslambda.streamifyResponse(async (event, output, context) => {
    // Idle connections to servers would otherwise hold the next request back.
    context.callbackWaitsForEmptyEventLoop = false;
    const { success, data: request } = functionUrlEvent.safeParse(event);
    if (!success) throw new Error("This function takes events of a function URL, payload format 2.0.");
    const reply = replyAtOnce(request.requestContext.http.method, request.rawPath);
    if (reply) return send(open(output, reply), reply.body);
    const body = Buffer.from(request.body ?? "", request.isBase64Encoded ? "base64" : "utf8");
    return invoke(body, output, context);
  });
}

function tooLate(milliseconds: number): DifyError {
  const seconds = Math.round(milliseconds / 1_000);
  return new DifyError(
    "InvokeServerUnavailableError",
    `AWS Lambda ends the plugin's function after ${seconds} s, and the answer is not complete: raise its timeout.`,
  );
}

async function send(output: Writable, text: string): Promise<void> {
  output.write(text);
  await ended(output);
}

/** Resolves as well when nobody listens any more. */
function ended(output: Writable): Promise<void> {
  if (output.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    output.once("close", () => resolve());
    output.end(() => resolve());
  });
}

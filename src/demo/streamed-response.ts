/** Responses that are sent piece by piece. */
import { setImmediate } from "node:timers/promises";

/** Server-sent events as OpenAI's API writes them, with `[DONE]` at the end. */
export function eventResponse(events: Iterable<object>): Response {
  return streamedResponse(eventLines(events), "text/event-stream; charset=utf-8");
}

/** Events as the Responses API writes them: each with its name, and no `[DONE]`. */
export function namedEventResponse(events: Iterable<{ readonly type: string }>): Response {
  return streamedResponse(namedEventLines(events), "text/event-stream; charset=utf-8");
}

export function streamedResponse(pieces: Iterable<Uint8Array>, contentType: string): Response {
  return new Response(ReadableStream.from(oneAtATime(pieces)), {
    headers: { "content-type": contentType, "cache-control": "no-cache" },
  });
}

function* eventLines(events: Iterable<object>): Generator<Uint8Array> {
  for (const event of events) yield Buffer.from(`data: ${JSON.stringify(event)}\n\n`);
  yield Buffer.from("data: [DONE]\n\n");
}

function* namedEventLines(events: Iterable<{ readonly type: string }>): Generator<Uint8Array> {
  for (const event of events) {
    yield Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
}

/** Lets each piece reach the network before the next, so that a client sees a stream as a model's. */
async function* oneAtATime(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    yield piece;
    await setImmediate();
  }
}

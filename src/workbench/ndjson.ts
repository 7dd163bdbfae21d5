/** An answer that is written event by event, one JSON line each. */

/** @param stop is aborted when nobody reads any more */
export function ndjson(
  run: (tell: (event: object) => void) => Promise<void>,
  stop: AbortController = new AbortController(),
): Response {
  const encoder = new TextEncoder();
  let isOpen = true;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      await run((event) => {
        if (isOpen) controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
      });
      if (isOpen) controller.close();
    },
    cancel() {
      isOpen = false;
      stop.abort();
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson; charset=utf-8" } });
}

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
      try {
        await run((event) => {
          if (isOpen) controller.enqueue(encoder.encode(`${JSON.stringify(event)}\n`));
        });
      } catch (error) {
        // A defect: the answer breaks off, and the terminal tells why.
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        if (isOpen) controller.error(error);
        return;
      }
      if (isOpen) controller.close();
    },
    cancel() {
      isOpen = false;
      stop.abort();
    },
  });
  return new Response(body, { headers: { "content-type": "application/x-ndjson; charset=utf-8" } });
}

/** Reads a response of JSON lines, however its bytes were cut. */

/** Blank lines are passed over. @throws SyntaxError for a line that is no JSON, also a last one cut off */
export async function* readNdjson<T>(body: ReadableStream<Uint8Array>): AsyncGenerator<T> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      // The next read waits for this one.
      // oxlint-disable-next-line no-await-in-loop
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as T;
    }
    rest += decoder.decode();
    if (rest.trim() !== "") yield JSON.parse(rest) as T;
  } finally {
    // Whoever stops reading wants the server to stop, too.
    await reader.cancel().catch(() => undefined);
  }
}

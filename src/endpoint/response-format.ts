/**
 * JSON from a server that refuses to be held to it: each step asks for less in `response_format` and for
 * more in words.
 */

interface Message {
  role: string;
  content: unknown;
}

/** The body one step down: a schema becomes any JSON object, that becomes words alone. */
export function stepDownResponseFormat<T extends object>(body: T): T {
  const { response_format: format, messages } = body as { response_format?: unknown; messages?: Message[] };
  if (typeof format !== "object" || format === null || !Array.isArray(messages)) return body;
  const { type, json_schema: wrapped } = format as { type?: unknown; json_schema?: { schema?: unknown } };
  if (type === "json_schema") {
    const words = `Answer with one JSON object only, without any other text. It must satisfy this JSON schema: ${JSON.stringify(wrapped?.schema ?? {})}`;
    return { ...body, response_format: { type: "json_object" }, messages: instruct(messages, words) };
  }
  const { response_format: _refused, ...rest } = body as T & { response_format: unknown };
  const words = "Answer with one JSON object only, without any other text.";
  const told = messages.some(
    ({ content }) => typeof content === "string" && content.includes(words.slice(0, 35)),
  );
  return { ...rest, messages: told ? messages : instruct(messages, words) } as unknown as T;
}

/** Adds to the system message, or makes one. */
function instruct(messages: readonly Message[], words: string): Message[] {
  const [first, ...rest] = messages;
  return first?.role === "system" && typeof first.content === "string"
    ? [{ ...first, content: `${first.content}\n\n${words}` }, ...rest]
    : [{ role: "system", content: words }, ...messages];
}

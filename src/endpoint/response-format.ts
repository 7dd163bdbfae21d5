/**
 * JSON from a server that refuses to be held to it: each step asks for less in the format field and for
 * more in words.
 */

interface Message {
  role: string;
  content: unknown;
}

/** What a body demands, and where: a chat's `response_format`, or `text.format` of the Responses API. */
interface Demand {
  /** `json_schema`, `json_object` or another. */
  readonly type: string;
  readonly schema: unknown;
  /** The field the server names when it refuses the demand. */
  readonly field: "response_format" | "text";
}

interface Body {
  response_format?: { type?: unknown; json_schema?: { schema?: unknown } };
  text?: { format?: { type?: unknown; schema?: unknown } };
  /** A chat's prompt. */
  messages?: unknown;
  /** The prompt of the Responses API. */
  input?: unknown;
}

export function formatDemand(body: object): Demand | undefined {
  const { response_format: chat, text, messages, input } = body as Body;
  if (Array.isArray(messages) && typeof chat?.type === "string") {
    return { type: chat.type, schema: chat.json_schema?.schema, field: "response_format" };
  }
  if (Array.isArray(input) && typeof text?.format?.type === "string") {
    return { type: text.format.type, schema: text.format.schema, field: "text" };
  }
  return undefined;
}

const JSON_ONLY = "Answer with one JSON object only, without any other text.";

/**
 * Whether words such as `This response_format type is unavailable now` are about the demand, not its schema.
 *
 * @param words the field the server named, and on a line of its own what it said
 */
export function refusesFormat(words: string): boolean {
  return (
    /^text\n|response[_ ]format|text\.format|json[_ ]?schema|json[_ ]mode|structured[_ ]outputs?/i.test(
      words,
    ) && !/invalid (?:json )?schema/i.test(words)
  );
}

/** The body with its demand put into words as well. */
export function askForJson(body: object): object {
  return instruct(body, JSON_ONLY);
}

/** The body one step down: a schema becomes any JSON object, that becomes words alone. */
export function stepDownResponseFormat(body: object): object {
  const demand = formatDemand(body);
  if (!demand) return body;
  const { type, schema, field } = demand;
  if (type === "json_schema") {
    const words = `${JSON_ONLY} It must satisfy this JSON schema: ${JSON.stringify(schema ?? {})}`;
    const weaker = { type: "json_object" };
    return instruct({ ...body, [field]: field === "text" ? { format: weaker } : weaker }, words);
  }
  const rest = Object.fromEntries(Object.entries(body).filter(([name]) => name !== field));
  return instruct(rest, JSON_ONLY);
}

/** Adds to the system message, or makes one; once. */
function instruct(body: object, words: string): object {
  const name = "messages" in body ? "messages" : "input";
  const messages = (body as Record<string, readonly Message[]>)[name] ?? [];
  const [first, ...rest] = messages;
  if (first?.role === "system" && typeof first.content === "string") {
    if (first.content.includes(JSON_ONLY)) return body;
    return { ...body, [name]: [{ ...first, content: `${first.content}\n\n${words}` }, ...rest] };
  }
  return { ...body, [name]: [{ role: "system", content: words }, ...messages] };
}

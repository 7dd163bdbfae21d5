/** What can be wrong with a server: each fault is one habit of a real one, to be switched on by its name. */

/** A request on its way to the demo. */
export interface Traffic {
  readonly path: string;
  /** The JSON body; an empty object for anything else. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Requests to this demo that are under way, this one included. */
  readonly concurrent: number;
}

export interface Fault {
  /** What the server does, in a few words. */
  readonly tells: string;
  /** The paths it shows at; all, when absent. */
  readonly at?: RegExp;
  /** Cuts the connection instead of answering. */
  readonly hangsUp?: true;
  /** Answers in the demo's place; undefined leaves it to the demo. */
  readonly answer?: (traffic: Traffic) => Response | undefined;
  /** What the demo gets to see of the body. */
  readonly request?: (body: Traffic["body"]) => object;
  /** What the client gets to see of the answer. */
  readonly response?: (answer: Response) => Response | Promise<Response>;
}

/** A refusal as OpenAI's API words it. */
export function refusal(
  status: number,
  message: string,
  rest: object = {},
  headers: Record<string, string> = {},
): Response {
  const error = { message, type: "invalid_request_error", param: null, code: null, ...rest };
  return Response.json({ error }, { status, headers });
}

export function isStream(answer: Response): boolean {
  return answer.headers.get("content-type")?.includes("event-stream") === true;
}

/** The answer with other JSON: the one document, or every event of a stream. Refusals stay as they are. */
export async function withJson(answer: Response, change: (value: Json) => object): Promise<Response> {
  if (answer.status >= 400) return answer;
  const text = await answer.text();
  if (!isStream(answer)) return withText(answer, JSON.stringify(change(JSON.parse(text))));
  const changed = text.replaceAll(/^data: (\{.*\})$/gm, (_, json: string) => {
    return `data: ${JSON.stringify(change(JSON.parse(json)))}`;
  });
  return withText(answer, changed);
}

/** What the demo itself wrote. */
// oxlint-disable-next-line typescript/no-explicit-any
type Json = any;

export function withText(answer: Response, text: string): Response {
  return new Response(text, { status: answer.status, headers: headersOf(answer) });
}

/** The answer in these pieces, one after the other. */
export function inPieces(answer: Response, pieces: AsyncIterable<Uint8Array>): Response {
  return new Response(ReadableStream.from(pieces), { status: answer.status, headers: headersOf(answer) });
}

/** The length is another one now. */
function headersOf(answer: Response): Headers {
  const headers = new Headers(answer.headers);
  headers.delete("content-length");
  return headers;
}

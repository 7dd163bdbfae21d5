/** A server that does everything it is asked, and a way to make it fail at some of it. */
import { answer, answerEvents, type Handler, type RecordedRequest } from "./upstream.ts";

const WAV_HEAD = "524946462400000057415645666d74201000000001000100401f0000803e0000020010006461746100000000";

interface Body {
  stream?: boolean;
  input?: string | string[];
  documents?: unknown[];
  texts?: unknown[];
}

/** The fields of a JSON body; none for a form, or no body. */
export function bodyOf({ body, headers }: RecordedRequest): Body & Record<string, unknown> {
  if (!String(headers["content-type"]).includes("json")) return {};
  return JSON.parse(String(body)) as Body & Record<string, unknown>;
}

export const listing = (...names: string[]): Handler => answer({ data: names.map((id) => ({ id })) });

const USAGE = { prompt_tokens: 2, completion_tokens: 1, total_tokens: 3 };

const chat: Handler = (request, response) =>
  bodyOf(request).stream === true
    ? answerEvents([
        { choices: [{ index: 0, delta: { content: "ok" }, finish_reason: "stop" }] },
        { choices: [], usage: USAGE },
        "data: [DONE]\n\n",
      ])(request, response)
    : answer({
        choices: [{ index: 0, message: { content: "ok" }, finish_reason: "stop" }],
        usage: USAGE,
      })(request, response);

const completions: Handler = (request, response) =>
  bodyOf(request).stream === true
    ? answerEvents([{ choices: [{ text: "ok", finish_reason: "stop" }] }, "data: [DONE]\n\n"])(
        request,
        response,
      )
    : answer({ choices: [{ text: "ok", finish_reason: "stop" }] })(request, response);

const embeddings: Handler = (request, response) => {
  const texts = [bodyOf(request).input ?? []].flat();
  return answer({ data: texts.map((_text, index) => ({ index, embedding: [0.5, 0.25, 1] })) })(
    request,
    response,
  );
};

const rerank: Handler = (request, response) => {
  const { documents, texts } = bodyOf(request);
  const results = (documents ?? texts ?? []).map((_one, index) => ({
    index,
    relevance_score: 1 - index / 2,
  }));
  return answer({ results })(request, response);
};

/** Operation → its good answer. */
const OPERATIONS: Readonly<Record<string, Handler>> = {
  "chat/completions": chat,
  completions,
  embeddings,
  rerank,
  moderations: answer({ results: [{ flagged: false }] }),
  "audio/transcriptions": answer({ text: "" }),
  "audio/speech": answer(Buffer.from(WAV_HEAD, "hex"), 200, { "content-type": "audio/wav" }),
  models: listing("m-1"),
};

/** Answers every operation below `base`, and 404 anywhere else. */
export function goodServer(base = "/v1"): Handler {
  return (request, response) => {
    const [path = ""] = request.path.split("?");
    const operation = path.startsWith(`${base}/`) ? path.slice(base.length + 1) : "";
    return (OPERATIONS[operation] ?? answer({ detail: "Not Found" }, 404))(request, response);
  };
}

/** A server that answers some requests otherwise. */
export function except(
  fails: (request: RecordedRequest) => boolean,
  failure: Handler,
  good: Handler = goodServer(),
): Handler {
  return (request, response) => (fails(request) ? failure : good)(request, response);
}

/**
 * From what went over the wire to test cases: `data` is what Dify would ask to have the plugin send such a
 * request, `server` what the server answered. A recorded misbehaviour becomes a row that fails until it is
 * handled.
 */
import { invocationFailure } from "../../provider/failures.ts";
import { readSettings } from "../../provider/settings.ts";
import { readAddress } from "../endpoint/address.ts";
import { EndpointError } from "../endpoint/endpoint-error.ts";
import { failureKind, readServerWords } from "../endpoint/error-body.ts";
import { parseJson } from "../endpoint/parse-json.ts";
import { maskFor } from "./curl.ts";
import type { Form } from "./lab.ts";
import type { StageResult } from "./report.ts";
import { bodyOf, type Exchange, type Wire } from "./wire.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A row of `test/plugin/cases`. */
export interface RecordedCase {
  readonly name: string;
  readonly credentials: Form;
  /** The address's path. */
  readonly path: string;
  readonly data: Fields;
  readonly server: Fields;
  readonly sent?: Fields;
  readonly reply?: Fields;
  readonly error?: Fields;
}

/** Fields of the form that are no secret, and change how a model is asked. */
const PUBLIC_FIELDS =
  /^(?:mode|streaming|token_param_name|stream_|function_calling|agent_thought|reasoning_replay|.*_support$|dimensions|encoding_format|max_chunks|document_prefix|query_prefix|language|audio_type|rerank_score|context_size|speed|tts_api_format)/;

/** Requests that no action of Dify's stands behind, such as for the list of models, are left out. */
export function recordCases(result: StageResult, wire: Wire, form: Form): RecordedCase[] {
  const { settings } = readSettings(form);
  const path = new URL(readAddress(settings.endpoint_url).base).pathname;
  const cases = wire.flatMap((exchange, i): RecordedCase[] => {
    const sentBody = parseJson(exchange.body.toString("utf8"));
    const body = fields(sentBody);
    const data = dataOf(new URL(exchange.url).pathname, body, exchange);
    if (!data || exchange.status === undefined) return [];
    const error = errorOf(exchange, form);
    // What was learned on the way is not known to a fresh plugin.
    const adapted = result.notes.some((note) => note.includes("is asked again"));
    return [
      {
        name: `${result.stage} ${i + 1} of ${wire.length}, ${result.verdict}`,
        credentials: {
          ...publicFields(form),
          ...named("endpoint_model_name", body["model"] ?? result.model),
          ...named("encoding_format", body["encoding_format"]),
        },
        path,
        data,
        server: answerOf(exchange),
        ...(!adapted &&
          sentBody !== undefined && {
            sent: { path: new URL(exchange.url).pathname, body: sentBody },
          }),
        ...(error && { error }),
      },
    ];
  });
  return JSON.parse(maskFor(settings)(JSON.stringify(cases))) as RecordedCase[];
}

/** A call that was watched from Dify's side as well. */
export interface WatchedCall {
  readonly name: string;
  readonly model: string;
  readonly form: Form;
  /** What Dify asked. */
  readonly data: Fields;
  /** What Dify got. */
  readonly reply?: Fields | undefined;
  readonly error?: Fields | undefined;
}

/** @param exchange the call's last one; @param isOnly whether it is its only one, too */
export function recordCall(call: WatchedCall, exchange: Exchange, isOnly: boolean): RecordedCase {
  const { name, model, form, data, reply, error } = call;
  const { settings } = readSettings(form);
  const sentBody = parseJson(exchange.body.toString("utf8"));
  const asked = fields(sentBody)["model"] ?? (settings.endpoint_model_name || model);
  const recorded: RecordedCase = {
    name,
    credentials: { ...publicFields(form), ...named("endpoint_model_name", asked) },
    path: new URL(readAddress(settings.endpoint_url).base).pathname,
    data,
    server: answerOf(exchange),
    // What was learned on the way is not known to a fresh plugin.
    ...(isOnly &&
      sentBody !== undefined && { sent: { path: new URL(exchange.url).pathname, body: sentBody } }),
    ...(reply && { reply }),
    ...(error && { error }),
  };
  return JSON.parse(maskFor(settings)(JSON.stringify(recorded))) as RecordedCase;
}

function named(field: string, value: unknown): Form {
  return typeof value === "string" ? { [field]: value } : {};
}

function publicFields(form: Form): Form {
  return Object.fromEntries(
    Object.entries(form).filter(([name, value]) => PUBLIC_FIELDS.test(name) && value !== ""),
  );
}

function answerOf(exchange: Exchange): Fields {
  const { status, answerHeaders, reads } = exchange;
  const type = answerHeaders["content-type"] ?? "";
  const body = bodyOf(exchange);
  if (type.includes("event-stream") && status === 200) {
    // A character may be cut in two between reads; then the pieces are not kept apart.
    const pieces = reads.map(({ bytes }) => bytes.toString("utf8"));
    const whole = body.toString("utf8");
    return { events: pieces.join("") === whole ? pieces : [whole] };
  }
  const isText = Buffer.from(body.toString("utf8")).equals(body);
  return {
    ...(status !== 200 && { status }),
    ...(type !== "" && !type.startsWith("application/json") && { headers: { "content-type": type } }),
    ...(isText
      ? { body: parseJson(body.toString("utf8")) ?? body.toString("utf8") }
      : { hex: body.toString("hex") }),
  };
}

function errorOf(exchange: Exchange, form: Form): Fields | undefined {
  const { status = 0 } = exchange;
  if (status < 400) return undefined;
  const words = readServerWords(bodyOf(exchange).toString("utf8"));
  const failure = new EndpointError(failureKind(status, words), { method: "POST", url: exchange.url });
  const told = invocationFailure(failure, readSettings(form).settings);
  return { type: (told as { type?: string }).type, message: [String(status)] };
}

/** What Dify asks to have such a request sent. */
function dataOf(path: string, body: Fields, exchange: Exchange): Fields | undefined {
  const operation = Object.keys(ACTIONS).find((ending) => path.endsWith(ending));
  return operation === undefined ? undefined : ACTIONS[operation]?.(body, exchange);
}

const ACTIONS: Readonly<Record<string, (body: Fields, exchange: Exchange) => Fields | undefined>> = {
  "/chat/completions": (body) => chatData(body),
  "/embeddings": ({ input }) => ({
    action: "invoke_text_embedding",
    texts: [input].flat(),
    input_type: "document",
  }),
  "/rerank": ({ query, documents, top_n }) => ({
    action: "invoke_rerank",
    query,
    docs: [documents].flat().map((one) => (typeof one === "string" ? one : fields(one)["text"])),
    top_n: top_n ?? null,
  }),
  "/moderations": ({ input }) => ({ action: "invoke_moderation", text: [input].flat().join(" ") }),
  "/audio/speech": ({ input, voice }) => ({
    action: "invoke_tts",
    content_text: input,
    voice: voice ?? "",
    tenant_id: "recorded",
  }),
  "/audio/transcriptions": (_body, { body }) => {
    const file = fileIn(body);
    return file && { action: "invoke_speech2text", file: file.toString("hex") };
  },
};

function chatData(body: Fields): Fields {
  const { model: _model, messages, tools, stop, stream, stream_options: _options, ...rest } = body;
  const { response_format, max_completion_tokens, tool_choice: _choice, ...parameters } = rest;
  const format = fields(response_format);
  return {
    action: "invoke_llm",
    prompt_messages: [messages].flat().map((message) => promptMessage(fields(message))),
    model_parameters: {
      ...parameters,
      ...(max_completion_tokens !== undefined && { max_tokens: max_completion_tokens }),
      ...(format["type"] !== undefined && { response_format: format["type"] }),
      ...(format["json_schema"] !== undefined && { json_schema: JSON.stringify(format["json_schema"]) }),
    },
    tools: Array.isArray(tools) ? tools.map((tool) => fields(tool)["function"]) : [],
    stop: stop === undefined ? [] : [stop].flat(),
    stream: stream === true,
  };
}

function promptMessage({ content, ...message }: Fields): Fields {
  if (!Array.isArray(content)) return { ...message, content: content ?? "" };
  const parts = content.map(fields).map(({ type, text, image_url }) => {
    const [, mime = "", data = ""] =
      /^data:([^;]*);base64,(.*)$/.exec(String(fields(image_url)["url"])) ?? [];
    return type === "text"
      ? { type, data: text }
      : { type: "image", mime_type: mime, format: mime.replace("image/", ""), base64_data: data };
  });
  return { ...message, content: parts };
}

/** The file of a multipart form. */
function fileIn(body: Buffer): Buffer | undefined {
  const text = body.toString("latin1");
  const file = /filename="[^"]*"[^]*?\r\n\r\n([^]*?)\r\n--/.exec(text)?.[1];
  return file === undefined || file === "" ? undefined : Buffer.from(file, "latin1");
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

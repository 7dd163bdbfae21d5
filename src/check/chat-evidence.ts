/** What an answer of a language model shows on the wire, whatever the plugin makes of it. */
import { parseJson } from "../endpoint/parse-json.ts";
import { bodyOf, tookOf, type Exchange } from "./wire.ts";

export interface ChatEvidence {
  readonly text: string;
  /** Where thoughts came, such as `reasoning_content` or `<think>`; absent when none did. */
  readonly thoughts?: string;
  readonly toolCalls: number;
  readonly finishReason?: string;
  readonly usage?: { readonly prompt: number; readonly completion: number };
  /** Events of a stream; 0 for a whole answer. */
  readonly events: number;
  /** Pieces the answer came in from the network. */
  readonly reads: number;
  /** `[DONE]`, or the Responses API's last event. */
  readonly done: boolean;
  /** Milliseconds. */
  readonly firstToken?: number;
  readonly took: number;
}

type Fields = Readonly<Record<string, unknown>>;

const THOUGHT_FIELDS = ["reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks"];

export function readChat(exchange: Exchange): ChatEvidence {
  const body = bodyOf(exchange).toString("utf8");
  const streamed = /^\s*(?::|data:|event:)/.test(body);
  const data = streamed ? [...body.matchAll(/^data: ?(.*)$/gm)].map(([, text = ""]) => text.trim()) : [body];
  const values = data.map((text) => fields(parseJson(text)));
  const parts = values.flatMap(partsOf);
  const text = parts.map(({ content }) => asText(content)).join("") + values.map(responsesText).join("");
  const thoughts = thoughtsIn(parts, values, text);
  const finishReason = values.map(finishOf).findLast((reason) => reason !== undefined);
  const usage = values.map(usageOf).findLast((found) => found !== undefined);
  const firstToken = streamed ? firstTokenOf(exchange) : undefined;
  return {
    text,
    ...(thoughts !== undefined && { thoughts }),
    toolCalls: new Set(parts.flatMap(callKeys)).size + values.filter(isFinishedCall).length,
    ...(finishReason !== undefined && { finishReason }),
    ...(usage && { usage }),
    events: streamed ? values.length : 0,
    reads: exchange.reads.length,
    done: data.includes("[DONE]") || values.some(({ type }) => type === "response.completed"),
    ...(firstToken !== undefined && { firstToken }),
    took: tookOf(exchange) ?? 0,
  };
}

/** Tokens a second after the first; undefined where nothing can be told. */
export function tokensPerSecond({ usage, firstToken, took }: ChatEvidence): number | undefined {
  const seconds = (took - (firstToken ?? took)) / 1000;
  return usage && usage.completion > 1 && seconds > 0.01 ? (usage.completion - 1) / seconds : undefined;
}

function firstTokenOf({ reads }: Exchange): number | undefined {
  // The first event often holds nothing but the role.
  return reads.find(({ bytes }) =>
    /"(?:content|text|delta|reasoning\w*|arguments)": ?"[^"]/.test(String(bytes)),
  )?.after;
}

/** Messages and deltas, under any choice. */
function partsOf({ choices }: Fields): Fields[] {
  if (!Array.isArray(choices)) return [];
  return choices.map(fields).map((choice) => {
    const { message, delta, text } = choice;
    return typeof text === "string" ? { content: text } : fields(message ?? delta);
  });
}

function thoughtsIn(parts: readonly Fields[], values: readonly Fields[], text: string): string | undefined {
  const field = THOUGHT_FIELDS.find((name) => parts.some((part) => isSaid(part[name])));
  if (field !== undefined) return field;
  const tag = /<(think|thought|reasoning)>|<\/think>/.exec(text)?.[0];
  if (tag !== undefined) return tag;
  const isThought = ({ type, output }: Fields): boolean =>
    String(type).startsWith("response.reasoning") ||
    (Array.isArray(output) && output.map(fields).some((item) => item["type"] === "reasoning"));
  return values.some(isThought) ? "reasoning items" : undefined;
}

function responsesText({ type, delta, output }: Fields): string {
  if (type === "response.output_text.delta") return asText(delta);
  if (!Array.isArray(output)) return "";
  const contents = output.map(fields).flatMap(({ content }) => (Array.isArray(content) ? content : []));
  return contents.map((part) => asText(fields(part)["text"])).join("");
}

function isFinishedCall({ type, item, object, output }: Fields): boolean {
  if (type === "response.output_item.done") return fields(item)["type"] === "function_call";
  return (
    object === "response" &&
    Array.isArray(output) &&
    output.some((one) => fields(one)["type"] === "function_call")
  );
}

function callKeys({ tool_calls, function_call }: Fields): unknown[] {
  if (function_call) return ["function_call"];
  if (!Array.isArray(tool_calls)) return [];
  return tool_calls.map(fields).map(({ index, id }, position) => index ?? id ?? position);
}

function finishOf({ choices, type, status }: Fields): string | undefined {
  if (type === "response.completed" || status === "completed") return "completed";
  if (!Array.isArray(choices)) return undefined;
  const { finish_reason: reason } = fields(choices[0]);
  return typeof reason === "string" && reason !== "" ? reason : undefined;
}

function usageOf({ usage, response }: Fields): ChatEvidence["usage"] {
  const found = fields(usage ?? fields(response)["usage"]);
  const prompt = found["prompt_tokens"] ?? found["input_tokens"];
  const completion = found["completion_tokens"] ?? found["output_tokens"];
  return typeof prompt === "number" && typeof completion === "number" ? { prompt, completion } : undefined;
}

function isSaid(value: unknown): boolean {
  return (typeof value === "string" && value !== "") || (Array.isArray(value) && value.length > 0);
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** The same call again, with the form as it is now: read back from the line Dify sent. */
import type { CallRequest, ModelType } from "../../contract.ts";

type Values = CallRequest["values"];

/** @param line the whole Dify line in. Returns undefined for one that is no call of such a type. */
export function requestOfLine(type: ModelType, line: string, values: Values): CallRequest | undefined {
  let data: Record<string, unknown>;
  try {
    data = (JSON.parse(line) as { data: Record<string, unknown> }).data;
  } catch {
    return undefined;
  }
  const fields = FIELDS[type](data);
  return { type, model: data["model"], values, ...fields } as CallRequest;
}

/** What each type's request is called by Dify, and by the page. */
const FIELDS: Readonly<Record<ModelType, (data: Record<string, unknown>) => object>> = {
  llm: ({ prompt_messages, model_parameters, tools, stop, stream }) => ({
    messages: prompt_messages,
    parameters: model_parameters,
    tools,
    stop,
    stream,
  }),
  "text-embedding": ({ texts, input_type }) => ({ texts, input_type }),
  rerank: ({ query, docs, top_n, score_threshold }) => ({
    query,
    docs,
    top_n: top_n ?? 0,
    score_threshold: score_threshold ?? 0,
  }),
  tts: ({ content_text, voice }) => ({ text: content_text, voice }),
  speech2text: ({ file }) => ({ base64_data: base64OfHex(String(file)) }),
  moderation: ({ text }) => ({ text }),
};

function base64OfHex(hex: string): string {
  const pairs = hex.match(/../g) ?? [];
  return btoa(pairs.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join(""));
}

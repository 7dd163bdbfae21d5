/** What `npm start` asks of each model type, and how it tells the answer in one line. */
import type { LlmChunk, RerankResult, SpeechChunk } from "../dify/replies.ts";
import type { PluginProcess } from "../host/plugin-process.ts";

export const MODEL_TYPES = ["llm", "text-embedding", "rerank", "tts", "speech2text", "moderation"] as const;
export type DemonstratedType = (typeof MODEL_TYPES)[number];

export interface Subject {
  type: DemonstratedType;
  model: string;
  credentials: Readonly<Record<string, string>>;
}

interface Demonstration {
  action: string;
  readonly data: (memory: Memory) => object;
  readonly tell: (pieces: unknown[], memory: Memory) => string;
}

/** What one demonstration leaves for the next: the speech that is transcribed. */
export interface Memory {
  speech?: string;
}

const WEATHER = {
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

const TEXTS = ["a red apple", "the red apples", "quarterly tax report"];
const DOCUMENTS = ["Tax returns are due in May.", "Apples ripen in autumn.", "Trains leave at noon."];

function ask(content: string, tools: object[] = [], stream = true): Demonstration {
  return {
    action: "invoke_llm",
    data: () => ({
      prompt_messages: [{ role: "user", content }],
      model_parameters: { max_tokens: 64 },
      tools,
      stop: [],
      stream,
    }),
    tell: (pieces) => tellAnswer(pieces as LlmChunk[]),
  };
}

function moderate(text: string): Demonstration {
  return {
    action: "invoke_moderation",
    data: () => ({ text }),
    tell: ([result]) => `${quote(text)} ${(result as { result: boolean }).result ? "flagged" : "passes"}`,
  };
}

export const DEMONSTRATIONS: Readonly<Record<DemonstratedType, readonly Demonstration[]>> = {
  llm: [
    ask("What is 12 * 7?"),
    ask("What is 12 * 7?", [], false),
    ask("What is the weather in Oslo?", [WEATHER]),
  ],
  "text-embedding": [
    {
      action: "invoke_text_embedding",
      data: () => ({ texts: TEXTS, input_type: "document" }),
      tell: ([result]) => tellVectors((result as { embeddings: number[][] }).embeddings),
    },
  ],
  rerank: [
    {
      action: "invoke_rerank",
      data: () => ({ query: "When are apples ripe?", docs: DOCUMENTS, score_threshold: 0, top_n: 0 }),
      tell: ([result]) => {
        const { docs } = result as RerankResult;
        return docs.map(({ text, score }) => `${score.toFixed(3)} ${quote(text)}`).join(" > ");
      },
    },
  ],
  tts: [
    {
      action: "invoke_tts",
      data: () => ({ content_text: "One two three.", voice: "alloy", tenant_id: "demonstration" }),
      tell: (pieces, memory) => {
        const audio = pieces as SpeechChunk[];
        memory.speech = audio.map(({ result }) => result).join("");
        return `${memory.speech.length / 2} bytes of ${audio[0]?.mime_type} in ${audio.length} pieces`;
      },
    },
  ],
  speech2text: [
    {
      action: "invoke_speech2text",
      data: ({ speech }) => ({ file: speech ?? SILENCE }),
      tell: ([result]) => quote((result as { result: string }).result),
    },
  ],
  moderation: [moderate("Have a nice day."), moderate("I will kill you.")],
};

/** An eighth of a second of nothing, for when no speech was made before. */
const SILENCE = Buffer.concat([
  Buffer.from("UklGRuQPAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YcAPAAA=", "base64"),
  Buffer.alloc(4_032),
]).toString("hex");

/** Runs one step and tells how it went in one line. Returns whether it went well. */
export async function demonstrate(
  plugin: PluginProcess,
  subject: Subject,
  memory: Memory,
  print: (step: string, milliseconds: number, result: string, ok: boolean) => void,
): Promise<boolean> {
  const { type, model, credentials } = subject;
  const target = { provider: "openai_compatible", model, model_type: type, credentials };
  const steps: Demonstration[] = [
    { action: "validate_model_credentials", data: () => ({}), tell: () => "valid" },
    ...DEMONSTRATIONS[type],
  ];
  let ok = true;
  for (const { action, data, tell } of steps) {
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    try {
      // One after another: each line shows the time of its own step.
      // oxlint-disable-next-line no-await-in-loop
      const pieces = await plugin.call({ ...target, action, ...data(memory) });
      print(action, elapsed(), tell(pieces, memory), true);
    } catch (error) {
      ok = false;
      print(action, elapsed(), String(error), false);
    }
  }
  return ok;
}

function tellAnswer(pieces: LlmChunk[]): string {
  const text = pieces.map(({ delta }) => textOf(delta.message.content)).join("");
  const calls = pieces.flatMap(({ delta }) => delta.message.tool_calls);
  const told = calls.map(({ function: call }) => `${call.name}(${call.arguments})`);
  if (text !== "") told.unshift(quote(text));
  return `${told.join(", ")}, ${pieces.length} chunks, ${pieces.at(-1)?.delta.usage?.total_tokens} tokens`;
}

function tellVectors(vectors: readonly (readonly number[])[]): string {
  const [a = [], b = [], c = []] = vectors;
  const near = cosine(a, b).toFixed(2);
  const far = cosine(a, c).toFixed(2);
  return `${vectors.length} vectors of ${a.length}; "${TEXTS[0]}" to "${TEXTS[1]}" ${near}, to "${TEXTS[2]}" ${far}`;
}

function textOf(content: LlmChunk["delta"]["message"]["content"]): string {
  return typeof content === "string" ? content : content.map(({ data }) => data).join("");
}

function cosine(a: readonly number[], b: readonly number[]): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return `"${line.length > 90 ? `${line.slice(0, 90)}…` : line}"`;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

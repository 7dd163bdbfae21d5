/**
 * What the workbench's page and its server say to each other: the only thing both know.
 *
 * Every `/api` request carries `Authorization: Bearer <token of this launch>`; bodies are JSON. Short answers
 * are JSON, long ones NDJSON: one event a line, written when it happens. A refused request is answered with
 * a status of 400 or more and a `Refusal`.
 *
 * | Request | Body | Answer |
 * |---|---|---|
 * | `GET /api/bootstrap` | | `Bootstrap` |
 * | `GET /api/plugin` | | `PluginState` |
 * | `POST /api/resolve` | `Connection` | `Resolved`; the connection is kept for the next `bootstrap` |
 * | `POST /api/secrets` | `SecretChange` | `SecretStates` |
 * | `POST /api/models` | `Connection` | `ModelList` |
 * | `POST /api/schema` | `Subject` | `SchemaAnswer` |
 * | `POST /api/voices` | `VoicesRequest` | `VoicesAnswer` |
 * | `POST /api/validate` | `Subject` | NDJSON of `ValidateEvent` |
 * | `POST /api/call` | `CallRequest` | NDJSON of `CallEvent` |
 * | `POST /api/cancel` | `Cancellation` | `{}`; aborting the request does the same |
 * | `GET /api/calls` | | `History` |
 * | `GET /api/calls/:id` | | NDJSON of `CallEvent`, the same again |
 * | `GET /api/calls/:id/raw/:n` | | the bytes of event `n`, whole, without secrets |
 * | `GET /api/calls/:id/curl/:exchange` | | `Curl` |
 * | `GET /api/calls/:id/fixture` | | `Fixture` |
 * | `PUT /api/faults` | `FaultChange` | `FaultState` |
 */
import * as z from "zod";
import type { ModelSchema } from "../dify/model-schema.ts";
import type { EmbeddingUsage, LlmChunk, RerankResult, SpeechChunk, Voice } from "../dify/replies.ts";
import type { FormField, Overall, StageResult } from "../check/report.ts";
import { MODEL_TYPES, type ModelType, type StageId } from "../check/stages.ts";

export type { FormField, ModelSchema, ModelType, Overall, StageId, StageResult };
/** What `dify-out` carries, by type; vectors and verdicts stand alone as `{ embeddings }` and `{ result }`. */
export type { EmbeddingUsage, LlmChunk, RerankResult, SpeechChunk, Voice };

export type Locale = "en_US" | "zh_Hans";
export type Words = Readonly<Record<Locale, string>>;

/** Why a request was refused, in one sentence. */
export interface Refusal {
  readonly error: string;
}

// The connection: what stands in the form.

/** Variable → value, of the fields that are no secrets. Hidden fields may be there: they are left out as Dify does. */
const values = z.record(z.string(), z.string());
const modelType = z.enum(MODEL_TYPES);

export const connection = z.object({
  /** The type whose fields the form shows. */
  type: modelType,
  /** The model's name for each type that has one. */
  models: z.partialRecord(modelType, z.string()),
  values,
});
export type Connection = z.output<typeof connection>;

/** One model, with the form it is reached by. */
export const subject = z.object({ type: modelType, model: z.string(), values });
export type Subject = z.output<typeof subject>;

/** A secret field is sent once, when it was typed; null takes it away. */
export const secretChange = z.object({ variable: z.string(), value: z.string().nullable() });
export type SecretChange = z.output<typeof secretChange>;

export interface SecretState {
  /** Such as `sk-…abcd`; the whole value never comes back. */
  readonly mask: string;
  /** The environment variable it was taken from; such a key goes to `origin` and to no other. */
  readonly environment?: string;
  readonly origin?: string;
}

/** Variable → state, for those that are set. */
export type SecretStates = Readonly<Record<string, SecretState>>;

// What the page draws first.

export interface Bootstrap {
  /** The plugin's. */
  readonly version: string;
  /** How the daemon would call this very package: `author/name:version@checksum`. */
  readonly identifier: string;
  readonly language: Locale;
  readonly provider: { readonly label: Words; readonly description: Words };
  readonly types: readonly { readonly type: ModelType; readonly label: Words }[];
  readonly form: Form;
  /** What stands in the form when the page opens, secrets left out. */
  readonly connection: Connection;
  readonly secrets: SecretStates;
  /** The embedded endpoint: no model is behind it. */
  readonly demo: { readonly url: string; readonly models: Readonly<Record<ModelType, string>> };
  readonly faults: FaultState;
  readonly plugin: PluginState;
  /** What the server keeps of earlier calls. */
  readonly keeps: { readonly calls: number; readonly bytes: number };
}

/** The packaged plugin's process. */
export interface PluginState {
  readonly state: "starting" | "running" | "stopped";
  readonly pid?: number;
  /** Bytes it holds in memory, where the system tells. */
  readonly memory?: number;
  /** Calls it answered, and those that wait for their turn. */
  readonly answered: number;
  readonly waiting: number;
  /** How often a new process took the place of one that was ended or died. */
  readonly restarts: number;
}

export interface Form {
  readonly modelName: { readonly label: Words; readonly placeholder?: Words };
  /** In the order of the form, each variable once. */
  readonly fields: readonly Field[];
}

export interface Field {
  readonly variable: string;
  readonly label: Words;
  readonly type: "text-input" | "secret-input" | "select" | "radio";
  readonly required: boolean;
  readonly default?: string;
  readonly placeholder?: Words;
  readonly help?: Words;
  readonly maxLength?: number;
  /** Of a select or radio. */
  readonly options?: readonly { readonly value: string; readonly label: Words }[];
  /**
   * Shown when all conditions of any one list hold; always, when there is no list. `__model_type` stands for
   * the model type. A variable that is hidden itself still counts with its value, as in Dify.
   */
  readonly showOn: readonly (readonly Condition[])[];
}

export interface Condition {
  readonly variable: string;
  readonly value: string;
}

/** A value in the form that makes no sense. */
export interface Complaint {
  readonly field: string;
  /** A whole sentence. */
  readonly message: Words;
}

/** What the form comes to, without asking anybody. */
export interface Resolved {
  /** One for each type; without a URL while the address makes no sense, or while a model's name is needed for it. */
  readonly requests: readonly {
    readonly type: ModelType;
    readonly method: "POST";
    readonly url?: string;
    /** Where else it is asked when there is nothing at the first. */
    readonly others: readonly string[];
  }[];
  /** Of the fields that the chosen type shows. */
  readonly complaints: readonly Complaint[];
  /** How the key is sent, such as `Authorization: Bearer`; absent when none is. */
  readonly keySentAs?: string;
  /** A key that is kept back, because it belongs to another server. */
  readonly keyWithheld?: Words;
  /** Whether requests go to the embedded endpoint. */
  readonly isDemo: boolean;
}

export interface ModelList {
  readonly models: readonly { readonly id: string; readonly type?: ModelType }[];
  /** Why there is none. */
  readonly error?: string;
}

export interface SchemaAnswer {
  /** As Dify gets it: parameter rules, features, properties. */
  readonly schema?: ModelSchema;
  readonly error?: PluginFailure;
}

export const voicesRequest = subject.omit({ type: true }).extend({ language: z.string().default("") });
export type VoicesRequest = z.input<typeof voicesRequest>;

export interface VoicesAnswer {
  readonly voices: readonly Voice[];
  readonly error?: PluginFailure;
}

/** As Dify would get it: the class, and the sentence it shows. */
export interface PluginFailure {
  readonly type: string;
  readonly message: string;
}

// Validation: the engine of `check` as a ladder, then the plugin itself.

export type ValidateEvent =
  | {
      readonly event: "begin";
      /** For `cancel`. */
      readonly id: string;
      /** The rungs, in order; some may be skipped, each gets its `stage-end`. */
      readonly stages: readonly { readonly stage: StageId; readonly title: string }[];
      /** At most so many, and about so many tokens written by models. */
      readonly cost: { readonly requests: number; readonly tokens: number };
    }
  /** The form itself is refused; nobody is asked, and `end` follows. */
  | { readonly event: "refused"; readonly complaints: readonly Complaint[] }
  | { readonly event: "stage-begin"; readonly stage: StageId }
  /** `problems[].field` and `.value` are what *use this value* fills in. */
  | { readonly event: "stage-end"; readonly result: StageResult }
  | {
      readonly event: "verdict";
      readonly verdict: Overall;
      readonly limitations: readonly string[];
      /** The form as it works, field by field. */
      readonly form: readonly FormField[];
      readonly requests: number;
      readonly milliseconds: number;
    }
  | { readonly event: "dify-begin" }
  /** The truth: what the packaged plugin answers Dify when the form is saved. */
  | {
      readonly event: "dify";
      readonly accepted: boolean;
      readonly error?: PluginFailure;
      /** Written back into the form, secrets left out. */
      readonly credentials: Readonly<Record<string, string>>;
      readonly milliseconds: number;
    }
  | { readonly event: "end"; readonly outcome: Outcome; readonly error?: string };

export type Outcome = "done" | "failed" | "cancelled";

// Calls.

const file = z.object({
  type: z.enum(["image", "audio", "video", "document"]),
  /** Without a data-URI prefix. */
  base64_data: z.string().min(1),
  mime_type: z.string(),
  /** Extension, such as `png`. */
  format: z.string(),
  filename: z.string().optional(),
  /** For images. */
  detail: z.enum(["low", "high"]).optional(),
});

const toolCall = z.object({
  id: z.string(),
  type: z.literal("function"),
  /** `arguments` is JSON text. */
  function: z.object({ name: z.string(), arguments: z.string() }),
});

const message = z.object({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.union([
    z.string(),
    z.array(z.union([file, z.object({ type: z.literal("text"), data: z.string() })])),
  ]),
  /** Of a `tool` message: the tool's. */
  name: z.string().optional(),
  tool_calls: z.array(toolCall).optional(),
  tool_call_id: z.string().optional(),
  /** What came with an assistant's answer, handed back as Dify does. */
  opaque_body: z.unknown().optional(),
});
export type Message = z.output<typeof message>;

const asked = { model: z.string(), values };

/** Dify's own words for each type; what Dify adds, the server adds. */
export const callRequest = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("llm"),
    ...asked,
    messages: z.array(message).min(1),
    /** Raw, as an app hands them over. */
    parameters: z.record(z.string(), z.unknown()).default({}),
    tools: z
      .array(
        z.object({
          name: z.string(),
          description: z.string(),
          parameters: z.record(z.string(), z.unknown()),
        }),
      )
      .default([]),
    stop: z.array(z.string()).default([]),
    stream: z.boolean().default(true),
  }),
  z.object({
    type: z.literal("text-embedding"),
    ...asked,
    texts: z.array(z.string()).min(1),
    input_type: z.enum(["document", "query"]).default("document"),
  }),
  z.object({
    type: z.literal("rerank"),
    ...asked,
    query: z.string(),
    docs: z.array(z.string()),
    /** 0: all. */
    top_n: z.int().nonnegative().default(0),
    score_threshold: z.number().default(0),
  }),
  z.object({ type: z.literal("tts"), ...asked, text: z.string().min(1), voice: z.string().default("") }),
  z.object({ type: z.literal("speech2text"), ...asked, base64_data: z.string().min(1) }),
  z.object({ type: z.literal("moderation"), ...asked, text: z.string() }),
]);
export type CallRequest = z.input<typeof callRequest>;

export const cancellation = z.object({ id: z.string() });
export type Cancellation = z.output<typeof cancellation>;

/** Bytes as they may be shown. Nothing secret is in it; long and binary ones are told by head and tail. */
export interface Payload {
  /** As they were. */
  readonly bytes: number;
  /** The text, whole, or its head when there is a `tail`. Bytes that are no UTF-8 by themselves are U+FFFD. */
  readonly text?: string;
  /** In place of `text` when it is no text: the bytes in hex, two digits each. */
  readonly hex?: string;
  /** The end, when the middle is left out; the whole is at `/api/calls/:id/raw/:n`. */
  readonly tail?: string;
}

/** `n` numbers a call's events from 0; `at` is in microseconds since the Dify line in, on one clock. */
interface Timed {
  readonly n: number;
  readonly at: number;
}

export type CallEvent =
  /** First of all. One call runs at a time: `ahead` wait before it. */
  | {
      readonly event: "queued";
      readonly id: string;
      readonly type: ModelType;
      readonly model: string;
      /** ISO time. */
      readonly started: string;
      readonly ahead: number;
    }
  | (Timed & { readonly event: "dify-in"; readonly line: Payload })
  | (Timed & {
      readonly event: "http-request";
      /** Numbered from 0 within the call. */
      readonly exchange: number;
      readonly method: string;
      readonly url: string;
      readonly headers: Headers;
      readonly body: Payload;
    })
  | (Timed & {
      readonly event: "http-response";
      readonly exchange: number;
      readonly status: number;
      readonly headers: Headers;
    })
  /** One read from the network. */
  | (Timed & {
      readonly event: "http-chunk";
      readonly exchange: number;
      /** Numbered from 0 within the exchange. */
      readonly index: number;
      readonly body: Payload;
    })
  | (Timed & { readonly event: "http-end"; readonly exchange: number; readonly bytes: number })
  | (Timed & { readonly event: "http-error"; readonly exchange: number; readonly message: string })
  | (Timed & {
      readonly event: "dify-out";
      readonly kind: "stream" | "error" | "end";
      readonly line: Payload;
      /** What the line carries, whole: a piece of the answer, or a `PluginFailure`. In the history: only when short. */
      readonly data?: unknown;
      /** `n` of the `http-chunk` it came of. */
      readonly from?: number;
      /** Microseconds from that chunk to this line: our own. */
      readonly overhead?: number;
    })
  /** A line of the plugin's for the daemon's log. */
  | (Timed & { readonly event: "log"; readonly text: string })
  | (Timed & {
      readonly event: "end";
      readonly outcome: Outcome;
      readonly error?: PluginFailure;
      readonly numbers: Numbers;
    });

/** Names in lower case; secret values are masked. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** Times in microseconds. */
export interface Numbers {
  readonly total: number;
  /** From the Dify line in to the first read of an answer's body, and to the first Dify line with content. */
  readonly firstByte?: number;
  readonly firstToken?: number;
  /** Of what Dify is told about usage, over the time from the first content to the last. */
  readonly tokensPerSecond?: number;
  readonly usage?: { readonly input: number; readonly output: number; readonly total: number };
  readonly requests: number;
  /** Reads from the network. */
  readonly chunks: number;
  readonly lines: number;
  /** Over HTTP, bodies only. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Between two reads; `before` is the `n` of the later one. */
  readonly longestGap?: { readonly microseconds: number; readonly before: number };
  readonly overhead: {
    /** From the Dify line in to the first HTTP request. */
    readonly toRequest?: number;
    /** From a read to the line it became. */
    readonly median?: number;
    readonly longest?: number;
  };
}

export interface History {
  /** The newest first. */
  readonly calls: readonly CallSummary[];
  /** Older ones that are no longer kept. */
  readonly dropped: number;
}

export interface CallSummary {
  readonly id: string;
  readonly type: ModelType;
  readonly model: string;
  readonly started: string;
  /** Of the first request, if any was sent. */
  readonly url?: string;
  readonly status?: number;
  /** Absent while it runs. */
  readonly outcome?: Outcome;
  readonly error?: PluginFailure;
  readonly numbers?: Numbers;
  /** What is kept of it takes about so many. */
  readonly bytes: number;
  /** Events at its end that are not kept, because it is too large. */
  readonly forgotten: number;
}

export interface Curl {
  readonly command: string;
}

/** A row for `test/plugin/cases`, scrubbed, as it would be pasted there. */
export interface Fixture {
  /** Of the file it belongs into, such as `llm.json`. */
  readonly file: string;
  readonly text: string;
}

// Faults of the embedded endpoint.

export const faultChange = z.object({ on: z.array(z.string()) });
export type FaultChange = z.output<typeof faultChange>;

export interface FaultState {
  readonly faults: readonly FaultInfo[];
  readonly on: readonly string[];
}

export interface FaultInfo {
  readonly name: string;
  /** What the server does then, continuing "The server …". */
  readonly tells: Words;
  /** The types whose calls it shows at. */
  readonly types: readonly ModelType[];
}

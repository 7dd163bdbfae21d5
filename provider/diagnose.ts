/** From a failure, as facts, to what it is told as: cause, field and value. */
import type { EndpointError, FailureFacts } from "../src/endpoint/endpoint-error.ts";
import { suggestedBase } from "../src/endpoint/address.ts";
import type { Operation } from "../src/endpoint/operations.ts";
import { maskUrl } from "../src/endpoint/secrets.ts";
import { DIAGNOSES, PUT_VALUE, type Diagnosis, type DiagnosisId } from "./diagnoses.ts";
import { fieldLabel } from "./field-labels.ts";
import { identify, type Findings, type FormOf } from "./identify.ts";
import { foreignVendor } from "./key-vendors.ts";
import type { Language, Text } from "./language.ts";
import { localAddress } from "./local-address.ts";

export type { Findings } from "./identify.ts";

export interface Finding {
  readonly id: DiagnosisId;
  /** The form field to change. */
  readonly field?: string;
  /** What to put there. */
  readonly value?: string;
  readonly cause: Text;
  readonly remedy?: Text;
  /** Cause and remedy. */
  readonly text: Text;
}

export function diagnose({ kind, facts }: EndpointError, form: FormOf, found: Findings = {}): Finding {
  return describe(identify(kind, facts, form, found), facts, form, found);
}

export function describe(id: DiagnosisId, facts: FailureFacts, form: FormOf, found: Findings): Finding {
  const { field: first, value: always, cause, fix }: Diagnosis = DIAGNOSES[id];
  const field = first === undefined ? undefined : (form.fields[first] ?? first);
  const known = VALUES[id]?.(facts, form, found);
  const value = known ?? always;
  const remedy = known === undefined || fix?.en.includes("{value}") ? fix : PUT_VALUE;
  const say = (text: Text, language: Language): string =>
    fill(text[language], { ...namesIn(facts, form, found, language), value: known ?? "" }, field, language);
  const both = (text: Text): Text => ({ en: say(text, "en"), zh: say(text, "zh") });
  const told = both(cause);
  const what = remedy && both(remedy);
  return {
    id,
    ...(field !== undefined && { field }),
    ...(value !== undefined && { value }),
    cause: told,
    ...(what && { remedy: what }),
    text: what ? { en: `${told.en} ${what.en}`, zh: `${told.zh}${what.zh}` } : told,
  };
}

const bound = ({ limit }: FailureFacts): string | undefined =>
  limit === undefined ? undefined : String(limit);

/** The value to put into the diagnosis's field, where it can be known. */
const VALUES: Partial<
  Record<DiagnosisId, (facts: FailureFacts, form: FormOf, found: Findings) => string | undefined>
> = {
  "path-unknown": (_facts, _form, { base }) => base,
  "web-page": (_facts, _form, { base }) => base,
  redirected: ({ location, operation }) => baseOf(location, operation),
  "connection-refused-local": (_facts, { endpoint_url }) => localAddress(endpoint_url),
  "plain-http": (_facts, { endpoint_url }) => withScheme("http:", endpoint_url),
  "needs-https": (_facts, { endpoint_url }) => withScheme("https:", endpoint_url),
  "too-long": bound,
  "max-tokens": bound,
  "batch-too-large": bound,
  "model-unknown-near": (_facts, _form, { names }) => (names?.length === 1 ? names[0] : undefined),
};

/** The base as it would be with another scheme; undefined where the address is more than a base. */
function withScheme(scheme: "http:" | "https:", pasted: string): string | undefined {
  const base = suggestedBase(pasted);
  return base && maskUrl(base.replace(/^https?:/, scheme));
}

/** A redirect to the same operation elsewhere tells the base there; one to a login page tells nothing. */
function baseOf(location = "", operation = ""): string | undefined {
  const end = `/${operation}`;
  return location.endsWith(end) ? location.slice(0, -end.length) : undefined;
}

/** Characters of names that leave room for the rest in a toast. */
const NAMES_ROOM = 90;

/** As many names as there is room for, the first one in any case. */
function listed(names: readonly string[]): string {
  const fitting = names.filter((_name, i) => names.slice(0, i + 1).join(", ").length <= NAMES_ROOM);
  return (fitting.length > 0 ? fitting : names.slice(0, 1)).join(", ");
}

/** What a server does for a model type. */
const TASKS: Readonly<Record<Operation, Text>> = {
  "chat/completions": { en: "chat", zh: "对话" },
  completions: { en: "text completion", zh: "文本补全" },
  responses: { en: "Responses API", zh: " Responses" },
  embeddings: { en: "embeddings", zh: "文本嵌入" },
  rerank: { en: "rerank", zh: "重排序" },
  moderations: { en: "moderation", zh: "内容审核" },
  "audio/transcriptions": { en: "speech to text", zh: "语音转文字" },
  "audio/speech": { en: "text to speech", zh: "文字转语音" },
  "tts/unidirectional": { en: "text to speech", zh: "文字转语音" },
  "audio/voices": { en: "list of voices", zh: "音色列表" },
  models: { en: "list of models", zh: "模型列表" },
  "model/info": { en: "list of models", zh: "模型列表" },
  "api/show": { en: "list of models", zh: "模型列表" },
  "api/v0/models": { en: "list of models", zh: "模型列表" },
};

/** The facts that cause and remedy may speak of. */
function namesIn(facts: FailureFacts, form: FormOf, { names }: Findings, language: Language) {
  const { url, operation, param, limit, retryAfter, missing, why, key, keySentAs } = facts;
  const { origin, hostname } = new URL(url);
  const say = (text: Text): string => text[language];
  const seconds = Math.ceil((retryAfter ?? 0) / 1000);
  return {
    origin,
    host: hostname,
    key: key
      ? say({
          en: `key ${key.position} of ${key.count}`,
          zh: `第 ${key.position} 个密钥（共 ${key.count} 个）`,
        })
      : say({ en: "the key", zh: "该密钥" }),
    task: operation ? TASKS[operation][language] : "",
    names: listed(names ?? []),
    header: keySentAs ?? "",
    vendor: foreignVendor(form.api_key, form.endpoint_url) ?? "",
    param: param ?? "",
    bound: limit === undefined ? "" : say({ en: ` (at most ${limit})`, zh: `（上限 ${limit}）` }),
    wait: seconds === 0 ? "" : say({ en: `; wait ${seconds} s`, zh: `，需等待 ${seconds} 秒` }),
    naming: param === undefined ? "" : say({ en: `, naming "${param}"`, zh: `，涉及“${param}”` }),
    missing:
      why !== undefined
        ? say({ en: `: ${why}`, zh: `：${why}` })
        : missing
          ? say({ en: `: it has no "${missing}"`, zh: `：缺少“${missing}”` })
          : "",
  };
}

/** Names in braces are `{field}`, facts, or else other fields' labels. */
function fill(
  text: string,
  names: Readonly<Record<string, string>>,
  field: string | undefined,
  language: Language,
): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const variable = name === "field" ? (field ?? "") : name;
    return names[variable] ?? fieldLabel(variable, language);
  });
}

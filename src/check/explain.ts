/** "Why did Dify say that?": from an error's text to its cause, the form field, and the stages to run. */
import { DIAGNOSES, type DiagnosisId } from "../../provider/diagnoses.ts";
import { findingOf } from "../../provider/failures.ts";
import { readSettings } from "../../provider/settings.ts";
import { EndpointError, type FailureKind } from "../endpoint/endpoint-error.ts";
import { failureKind, readServerWords } from "../endpoint/error-body.ts";
import type { Operation } from "../endpoint/operations.ts";
import { KNOWN_COMPLAINTS } from "./known-complaints.ts";
import { labelOf, remedyInWords } from "./problem.ts";
import { remedyOf } from "./remedies.ts";
import type { StageId } from "./stages.ts";

export interface Explanation {
  readonly cause: string;
  readonly hint?: string;
  /** The form field to change, and what to put there where that is known. */
  readonly label?: string;
  readonly value?: string;
  /** The stages of a check that show it. */
  readonly stages: readonly StageId[];
}

/** Undefined when the text says nothing that is known. */
export function explain(text: string): Explanation | undefined {
  // Dify shows some messages as JSON.
  const known = ownWords(text.replaceAll(String.raw`\"`, '"'));
  const stages = stagesFor(text);
  if (known) return { ...known, stages };
  const complaint = KNOWN_COMPLAINTS.find(({ words }) => words.test(text));
  if (complaint) {
    const { cause, hint, field } = complaint;
    return { cause, hint, ...(field !== undefined && { label: labelOf(field) }), stages: complaint.stages };
  }
  const error = readFailure(text);
  if (!error) return undefined;
  const { settings } = readSettings({
    endpoint_url: error.facts.url,
    // Somebody who sees an error of a key has one.
    api_key: /no key|empty/i.test(text) ? "" : "sk-unknown",
  });
  const finding = findingOf(error, settings);
  const remedy = remedyOf(finding);
  return {
    cause: finding.cause.en,
    hint: finding.remedy?.en ?? "The check shows which request is refused, to be tried by hand.",
    ...(finding.field !== undefined && { label: labelOf(finding.field) }),
    ...(remedy && { value: remedy.shown }),
    stages,
  };
}

/** This plugin's own sentences, in either language: they hold cause and field already. */
function ownWords(text: string): Omit<Explanation, "stages"> | undefined {
  for (const id of Object.keys(DIAGNOSES) as DiagnosisId[]) {
    const { cause } = DIAGNOSES[id];
    const found = [cause.en, cause.zh]
      .map((sentence) => patternOf(sentence).exec(text))
      .find((match) => match !== null);
    if (!found) continue;
    const sentence = found[0];
    const rest = text.slice(found.index + sentence.length).trim();
    // The remedy ends where the facts begin: `404 from POST ...`.
    const hint = rest.split(/\s*(?:\d{3}|No answer|无应答)(?: \(\w+\))? from /)[0]?.trim();
    const named = remedyInWords(`${sentence} ${hint ?? ""}`);
    return {
      cause: sentence.trim(),
      ...(hint && { hint }),
      ...(named && { label: labelOf(named.field) }),
      ...(named?.value !== undefined && { value: named.value }),
    };
  }
  return undefined;
}

/** A diagnosis's sentence, with anything in place of its names. */
function patternOf(sentence: string): RegExp {
  const literal = sentence
    .split(/\{\w+\}/)
    .map((part) => part.replaceAll(/[.*+?^$()[\]\\|]/g, String.raw`\$&`));
  return new RegExp(literal.join(".{0,200}?"));
}

/** What the system, Python's requests and httpx call the failures of a network. */
const NETWORK: readonly { readonly words: RegExp; readonly kind: FailureKind; readonly code?: string }[] = [
  {
    words: /ECONNREFUSED|connection refused|errno 111|actively refused/i,
    kind: "network",
    code: "ECONNREFUSED",
  },
  {
    words:
      /ENOTFOUND|EAI_AGAIN|name or service not known|failed to resolve|nodename nor servname|getaddrinfo/i,
    kind: "network",
    code: "ENOTFOUND",
  },
  { words: /WRONG_VERSION_NUMBER|record layer failure/i, kind: "network", code: "EPROTO" },
  { words: /certificate has expired/i, kind: "certificate", code: "CERT_HAS_EXPIRED" },
  { words: /hostname mismatch|ALTNAME/i, kind: "certificate", code: "ERR_TLS_CERT_ALTNAME_INVALID" },
  {
    words: /self.signed certificate(?! in)/i,
    kind: "certificate",
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  },
  {
    words: /CERTIFICATE_VERIFY_FAILED|self.signed certificate|unable to (?:verify|get local issuer)/i,
    kind: "certificate",
  },
  { words: /ProxyError|tunnel connection failed|proxy authentication/i, kind: "proxy" },
  { words: /read timed? ?out|ReadTimeout|TimeoutError|ETIMEDOUT|deadline exceeded/i, kind: "deadline" },
  {
    words:
      /ECONNRESET|connection reset|remote end closed|RemoteDisconnected|incomplete chunked|ended prematurely/i,
    kind: "truncated",
  },
  // The official plugin's, of answers it does not take.
  {
    words: /invalid response object type|must be ['"]?(?:chat\.completion|text_completion)/i,
    kind: "not-an-api",
  },
  { words: /JSONDecodeError|json decode|not json compatible|Expecting value/i, kind: "not-an-api" },
];

function readFailure(text: string): EndpointError | undefined {
  const { operation, url } = whereOf(text);
  const withImages =
    operation === "chat/completions" && /image_url|input_image|\bvision\b|multi-?modal/i.test(text);
  const facts = { method: "POST", url, operation, words: text, ...(withImages && ({ withImages } as const)) };
  const network = NETWORK.find(({ words }) => words.test(text));
  if (network) {
    const { kind, code } = network;
    return new EndpointError(kind, { ...facts, ...(code !== undefined && { code }) });
  }
  // The official plugin: "Credentials validation failed with status code 404 and response body {...}".
  const status = Number(STATUS.exec(text)?.slice(1).find(Boolean) ?? 0);
  const words = readServerWords(bodyIn(text));
  const { text: said, labels, ...named } = words;
  const kind = failureKind(status || 400, { text: said, labels: [...labels, text] });
  if (status === 0 && kind === "bad-request" && !("param" in named)) return undefined;
  return new EndpointError(kind, { ...facts, ...named, words: said, ...(status > 0 && { status }) });
}

/** "status code 404", "HTTP/1.1 404", or as pages have it: "502 Bad Gateway". */
const STATUS =
  /\b(?:status(?: code)?|HTTP(?:\/[\d.]+)?|error code)\D{0,3}([1-5]\d\d)\b|\b([45]\d\d) (?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out|Internal Server Error)/i;

/** The JSON or the page within a sentence, else all of it. */
function bodyIn(text: string): string {
  return /(\{[^]*\}|<!doctype[^]*|<html[^]*)/i.exec(text)?.[1] ?? text;
}

const STAGES_BY_OPERATION: readonly {
  readonly words: RegExp;
  readonly operation: Operation;
  readonly stage: StageId;
}[] = [
  { words: /embedding/i, operation: "embeddings", stage: "embeddings" },
  { words: /rerank/i, operation: "rerank", stage: "rerank" },
  {
    words: /transcription|speech.?to.?text|speech2text/i,
    operation: "audio/transcriptions",
    stage: "speech2text",
  },
  { words: /audio\/speech|text.?to.?speech|\btts\b/i, operation: "audio/speech", stage: "tts" },
  { words: /moderation/i, operation: "moderations", stage: "moderation" },
];

const WAY =
  /certificate|ssl|tls|ECONN|ENOTFOUND|EAI_|resolve|name or service|listens at|no host|refused the connection|cannot be reached|connection refused|proxy|证书|监听|主机/i;

function stagesFor(text: string): StageId[] {
  if (WAY.test(text)) return ["network", "http"];
  const known = STAGES_BY_OPERATION.find(({ words }) => words.test(text));
  if (known) return [known.stage];
  if (/\btools?\b|tool_choice|function.?call|工具/i.test(text)) return ["tools"];
  if (/response_format|json_schema|JSON schema/i.test(text)) return ["structured"];
  if (/context.?(?:length|size|window)|too long|maximum context|上下文|长度/i.test(text)) return ["context"];
  if (/image|vision|图片/i.test(text)) return ["files", "chat"];
  return ["auth", "models", "stream", "chat"];
}

/** Where the request went, as far as the text tells. */
function whereOf(text: string): { operation: Operation; url: string } {
  // Python's requests: HTTPSConnectionPool(host='h', port=443).
  const [, secure = "", host, port] = /HTTP(S?)ConnectionPool\(host='([^']+)', port=(\d+)/.exec(text) ?? [];
  const pool = host === undefined ? undefined : `http${secure.toLowerCase()}://${host}:${port}`;
  const url = pool ?? /https?:\/\/[^\s'"<>,)]+/.exec(text)?.[0] ?? "https://host/v1";
  const known = STAGES_BY_OPERATION.find(({ words }) => words.test(text));
  return {
    operation: known?.operation ?? "chat/completions",
    url: URL.canParse(url) ? url : "https://host/v1",
  };
}

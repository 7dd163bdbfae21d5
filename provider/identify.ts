/** Which diagnosis a failure is, from its kind and its facts. */
import type { FailureFacts, FailureKind } from "../src/endpoint/endpoint-error.ts";
import type { Operation } from "../src/endpoint/operations.ts";
import type { DiagnosisId } from "./diagnoses.ts";
import { foreignVendor } from "./key-vendors.ts";
import { localAddress } from "./local-address.ts";

/** What is found out about a server after a failure, while the form is being saved. */
export interface Findings {
  /** Names the server has, the likeliest first. */
  readonly names?: readonly string[];
  /** The server answers at this base. */
  readonly base?: string;
  /** The server lists its models at the address that was given. */
  readonly answers?: boolean;
  /** The server speaks TLS, though the address says http. */
  readonly tls?: boolean;
}

/** The server that failed, as the form has it. */
export interface FormOf {
  readonly endpoint_url: string;
  readonly api_key: string;
  /** What the form adds to every request. */
  readonly extra_body: Readonly<Record<string, unknown>>;
  /** The fields of this server, where they are not those of the first. */
  readonly fields: Readonly<Record<string, string>>;
}

type Refine = (facts: FailureFacts, form: FormOf, found: Findings) => DiagnosisId;

/** A diagnosis for each kind, or the way to a finer one. */
const BY_KIND: Readonly<Record<FailureKind, DiagnosisId | Refine>> = {
  "bad-key": badKey,
  "no-permission": noPermission,
  "no-credit": "no-credit",
  "rate-limited": "rate-limited",
  "model-unknown": ({ words, model = "" }, _form, { names = [] }) => {
    const other = otherMode(words);
    if (other || names.length === 0) return other ?? "model-unknown";
    return names.includes(model) ? "model-of-other-type" : "model-unknown-near";
  },
  "path-unknown": ({ words, operation }, _form, found) => otherMode(words) ?? missingPath(operation, found),
  redirected: "redirected",
  "parameter-refused": (facts, form) => parameter(facts, form) ?? absentFeature(facts) ?? "parameter-refused",
  "too-long": ({ status, limit }) => (status === 413 && limit === undefined ? "too-large" : "too-long"),
  "batch-too-large": "batch-too-large",
  "not-supported": (facts) => otherMode(facts.words) ?? absentFeature(facts) ?? "wrong-type",
  "content-filter": "content-filter",
  "bad-request": (facts, form) =>
    NEEDS_HTTPS.test(facts.words ?? "")
      ? "needs-https"
      : (otherMode(facts.words) ?? parameter(facts, form) ?? absentFeature(facts) ?? badRequest(facts)),
  overloaded: "overloaded",
  loading: "loading",
  "server-error": "server-error",
  "web-page": ({ operation }, _form, found) => (found.answers ? missingPath(operation, found) : "web-page"),
  "not-an-api": "not-an-api",
  "no-answer": "no-answer",
  truncated: "truncated",
  network,
  certificate: ({ code = "" }) => certificate(code),
  proxy: "proxy",
  deadline: ({ deadline }) => (deadline ? DEADLINES[deadline] : "timeout-server"),
  aborted: "aborted",
};

export function identify(kind: FailureKind, facts: FailureFacts, form: FormOf, found: Findings): DiagnosisId {
  if (facts.answersWhole) return "no-stream";
  if (facts.withImages && MAY_BE_ABOUT_IMAGES.has(kind)) return "no-images";
  const known = BY_KIND[kind];
  return typeof known === "function" ? known(facts, form, found) : known;
}

const MAY_BE_ABOUT_IMAGES: ReadonlySet<FailureKind> = new Set([
  "bad-request",
  "parameter-refused",
  "not-supported",
]);

function badKey({ words = "", keySentAs }: FailureFacts, { endpoint_url, api_key }: FormOf): DiagnosisId {
  if (api_key === "") return keySentAs === undefined ? "key-missing" : "header-refused";
  if (/expired|已过期/i.test(words)) return "key-expired";
  return foreignVendor(api_key, endpoint_url) === undefined ? "key-refused" : "key-foreign";
}

function noPermission({ words = "", keySentAs }: FailureFacts): DiagnosisId {
  // OpenAI of a chat model: You are not allowed to generate embeddings from this model
  if (/not allowed to generate .{1,40} from this model/i.test(words)) return "wrong-type";
  return keySentAs === undefined ? "access-refused" : "no-permission";
}

/** OpenAI says which of its APIs a model is made for. */
function otherMode(words = ""): DiagnosisId | undefined {
  if (/only supported in v1\/responses/i.test(words)) return "needs-responses";
  if (/not a chat model|does not support chat\b/i.test(words)) return "needs-completion";
  return /\bis a chat model\b|only supported in v1\/chat/i.test(words) ? "needs-chat" : undefined;
}

function missingPath(operation: Operation | undefined, { answers, base }: Findings): DiagnosisId {
  // Few servers have it, and those that do have it where it belongs.
  if (operation === "moderations") return "operation-missing";
  if (!answers || base !== undefined || operation === undefined || operation === "models")
    return "path-unknown";
  return operation === "responses" ? "responses-missing" : "operation-missing";
}

function parameter(
  { param = "", limit, valueOnly, operation }: FailureFacts,
  { extra_body }: FormOf,
): DiagnosisId | undefined {
  if (Object.hasOwn(extra_body, param.split(/[.[]/)[0] ?? "")) return "extra-refused";
  if (/^max_(?:completion_|output_)?tokens$/.test(param) && limit !== undefined) return "max-tokens";
  if (operation === "audio/speech" && param === "voice") return "voice-refused";
  if (operation === "audio/speech" && param === "response_format") return "format-refused";
  if (operation === "audio/speech" && param === "speed") return "speed-refused";
  if (operation === "audio/speech" && param === "instructions") return "instructions-refused";
  if (operation === "audio/transcriptions" && param === "language") return "language-refused";
  return valueOnly ? "value-refused" : undefined;
}

function badRequest({ operation, param, words = "" }: FailureFacts): DiagnosisId {
  const aboutAudio = operation === "audio/transcriptions" && (param === "file" || AUDIO_REFUSED.test(words));
  return aboutAudio ? "recording-refused" : "bad-request";
}

/** OpenAI "Unrecognized file format"; speaches "Failed to decode audio". */
const AUDIO_REFUSED = /file format|decode (?:the )?audio|audio (?:file|format)/i;

const CONVERSATIONS: ReadonlySet<Operation | undefined> = new Set(["chat/completions", "responses"]);

const FEATURES: readonly { readonly words: RegExp; readonly id: DiagnosisId }[] = [
  { words: /\b(?:images?|vision|image_url|input_image|multi-?modal)\b/i, id: "no-images" },
  { words: /\b(?:input_)?audio\b/i, id: "no-audio" },
  { words: /\bvideo(?:_url)?s?\b/i, id: "no-video" },
  { words: /\b(?:file_data|input_file|'file'|documents?)\b/i, id: "no-documents" },
];

/** What of a conversation the model cannot take. */
function absentFeature({ operation, param = "", words = "" }: FailureFacts): DiagnosisId | undefined {
  if (!CONVERSATIONS.has(operation)) return undefined;
  if (/^(?:tools|tool_choice|functions)\b/.test(param)) return "no-tools";
  if (/^response_format\b|^text\.format/.test(param)) return "no-schema";
  const about = param === "" || /^(?:messages|input)\b/.test(param) ? words : param;
  return FEATURES.find((feature) => feature.words.test(about))?.id;
}

/** nginx, Go, Node and Traefik say it in these words. */
const NEEDS_HTTPS = /plain http request was sent to https|http request to an https server/i;

/** The other side does not speak TLS. */
export const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|EPROTO|UNKNOWN_PROTOCOL/;

function network({ code = "" }: FailureFacts, { endpoint_url }: FormOf, { tls }: Findings): DiagnosisId {
  if (tls) return "needs-https";
  if (/ENOTFOUND|EAI_AGAIN|EAI_NODATA/.test(code)) return "name-unknown";
  if (NO_TLS.test(code)) return "plain-http";
  if (code !== "ECONNREFUSED") return "unreachable";
  return localAddress(endpoint_url) === undefined ? "connection-refused" : "connection-refused-local";
}

function certificate(code: string): DiagnosisId {
  if (NO_TLS.test(code)) return "plain-http";
  if (/EXPIRED|NOT_YET_VALID/.test(code)) return "certificate-expired";
  if (code === "DEPTH_ZERO_SELF_SIGNED_CERT") return "certificate-self-signed";
  return /ALTNAME|HOSTNAME/.test(code) ? "certificate-host" : "certificate-unknown";
}

const DEADLINES = {
  connect: "timeout-connect",
  "first byte": "timeout-first",
  idle: "timeout-idle",
  total: "timeout-total",
} as const satisfies Record<NonNullable<FailureFacts["deadline"]>, DiagnosisId>;

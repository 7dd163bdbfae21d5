/** The texts an admin reads in a toast: alike in both languages, short enough, and true of the form. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { describe as tell, diagnose } from "../../provider/diagnose.ts";
import { DIAGNOSES, PUT_VALUE, type Diagnosis, type DiagnosisId } from "../../provider/diagnoses.ts";
import { fieldLabel, fieldLabels } from "../../provider/field-labels.ts";
import type { Findings, FormOf } from "../../provider/identify.ts";
import { messageLanguage } from "../../provider/language.ts";
import { EndpointError, type FailureFacts, type FailureKind } from "../../src/endpoint/endpoint-error.ts";

const LANGUAGES = ["en", "zh"] as const;

/** Characters of cause and remedy: about six lines of a toast. */
const MAX_CHARACTERS = 220;

const ids = Object.keys(DIAGNOSES) as DiagnosisId[];
const table: Readonly<Record<DiagnosisId, Diagnosis>> = DIAGNOSES;

interface FormField {
  variable: string;
  options?: { value: string; label: { en_US: string; zh_Hans: string } }[];
}
const file = join(import.meta.dirname, "../../provider/openai_compatible.yaml");
const { model_credential_schema: schema } = load(readFileSync(file, "utf8")) as {
  model_credential_schema: { credential_form_schemas: FormField[] };
};

/** Long, but still seen. */
const HOST = "my-resource-name.cognitiveservices.azure.com:8443";
const FACTS: FailureFacts = {
  operation: "audio/transcriptions",
  method: "POST",
  url: `https://${HOST}/v1/audio/transcriptions`,
  status: 400,
  model: "m",
  words: "no",
  keySentAs: "Authorization: Bearer",
  param: "stream_options.include_usage",
  limit: 1_048_576,
  retryAfter: 3_600_000,
  missing: "data.0.relevance_score",
  location: `https://${HOST}/openai/v1/audio/transcriptions`,
  key: { position: 12, count: 20, others: 19 },
};
const FORM: FormOf = {
  endpoint_url: `https://${HOST}/v1`,
  api_key: "nvapi-0000",
  extra_body: {},
  fields: {},
};
const LOCAL: FormOf = { ...FORM, endpoint_url: "http://127.0.0.1:8080/v1" };
const NAMES = [
  "accounts/fireworks/models/llama-v3p1-405b-instruct-long",
  "Qwen/Qwen3-Embedding-8B",
  "m-1",
  "m-2",
];
const FOUND: Findings = { names: NAMES, base: `https://${HOST}/compatible-mode/v1` };

/** Nothing is known but what always is. */
const BARE: FailureFacts = { operation: "models", method: "GET", url: "http://127.0.0.1:8080/v1/models" };

function placeholders({ cause, fix }: Diagnosis, language: (typeof LANGUAGES)[number]): string[] {
  const text = `${cause[language]} ${fix?.[language] ?? ""}`;
  return [...text.matchAll(/\{(\w+)\}/g)].map(([name]) => name).toSorted();
}

describe.each(ids)("%s", (id) => {
  const diagnosis = table[id];

  test("names the same things in both languages", () => {
    expect(placeholders(diagnosis, "zh")).toEqual(placeholders(diagnosis, "en"));
  });

  test("names its field, if it has one", () => {
    const { field, fix } = diagnosis;
    if (field === undefined) return;
    expect([...Object.keys(fieldLabels), "model", "model_type"]).toContain(field);
    const said = `${diagnosis.cause.en}${fix?.en ?? PUT_VALUE.en}`;
    expect(said).toContain("{field}");
  });

  test("gives a value the field has, by the label it has there", () => {
    const { field = "", value, fix } = diagnosis;
    if (value === undefined) return;
    const options = schema.credential_form_schemas.find(({ variable }) => variable === field)?.options;
    const label = options?.find((option) => option.value === value)?.label;
    const [short = "", kurz = ""] = [label?.en_US, label?.zh_Hans].map(
      (one) => one?.split(/ - |（/)[0] ?? "?",
    );
    expect(fix?.en).toContain(` ${short}`);
    expect(fix?.zh).toContain(`“${kurz}”`);
  });

  const fragments: [string, FailureFacts, FormOf, Findings][] = [
    ["everything known", FACTS, FORM, FOUND],
    ["a local server", { ...FACTS, url: `${LOCAL.endpoint_url}/rerank` }, LOCAL, FOUND],
    ["little known", BARE, LOCAL, { names: ["m-1"] }],
    [
      "the fallback",
      FACTS,
      { ...FORM, fields: { endpoint_url: "fallback_url", api_key: "fallback_api_key" } },
      FOUND,
    ],
  ];
  test.each(fragments)("fits into a toast with %s", (_name, facts, form, found) => {
    const { text, field } = tell(id, facts, form, found);
    for (const language of LANGUAGES) {
      expect(text[language].length).toBeLessThanOrEqual(MAX_CHARACTERS);
      expect(text[language]).not.toMatch(/[{}]|undefined|  |: *\.|（）/);
      expect(text[language]).toMatch({ en: /^[A-Z"h].*[.?]$/, zh: /^.+[。？]$/ }[language]);
      if (field !== undefined) expect(text[language]).toContain(fieldLabel(field, language));
    }
    expect(text.zh).toMatch(/\p{Script=Han}/u);
  });
});

type Row = [
  string,
  FailureKind,
  { [F in keyof FailureFacts]?: FailureFacts[F] | undefined },
  Partial<FormOf>,
  Findings,
  DiagnosisId,
];

const IDENTIFIED: Row[] = [
  ["a refused connection", "network", { code: "ECONNREFUSED" }, {}, {}, "connection-refused"],
  ["one to this machine", "network", { code: "ECONNREFUSED" }, LOCAL, {}, "connection-refused-local"],
  ["no route", "network", { code: "EHOSTUNREACH" }, {}, {}, "unreachable"],
  ["a name server that fails", "network", { code: "EAI_AGAIN" }, {}, {}, "name-unknown"],
  ["a closed connection", "network", { code: "ECONNRESET" }, {}, {}, "unreachable"],
  ["one that speaks TLS", "network", { code: "ECONNRESET" }, {}, { tls: true }, "needs-https"],
  ["another authority", "certificate", { code: "SELF_SIGNED_CERT_IN_CHAIN" }, {}, {}, "certificate-unknown"],
  [
    "its own authority",
    "certificate",
    { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
    {},
    {},
    "certificate-self-signed",
  ],
  ["a day too early", "certificate", { code: "CERT_NOT_YET_VALID" }, {}, {}, "certificate-expired"],
  ["no TLS", "certificate", { code: "ERR_SSL_WRONG_VERSION_NUMBER" }, {}, {}, "plain-http"],
  ["a gateway's deadline", "deadline", { status: 504 }, {}, {}, "timeout-server"],
  ["a body too large", "too-long", { status: 413, limit: undefined }, {}, {}, "too-large"],
  ["an unknown model", "model-unknown", {}, {}, {}, "model-unknown"],
  ["one with neighbours", "model-unknown", {}, {}, { names: ["n"] }, "model-unknown-near"],
  ["one the server has", "model-unknown", {}, {}, { names: ["n", "m"] }, "model-of-other-type"],
  [
    "a page at an API's base",
    "web-page",
    { operation: "rerank" },
    {},
    { answers: true },
    "operation-missing",
  ],
  ["no moderation", "path-unknown", { operation: "moderations" }, {}, {}, "operation-missing"],
  ["a base elsewhere", "path-unknown", { operation: "rerank" }, {}, { base: "b" }, "path-unknown"],
  ["an expired key", "bad-key", { words: "令牌已过期" }, {}, {}, "key-expired"],
  ["a key of Groq", "bad-key", {}, { api_key: "gsk_1" }, {}, "key-foreign"],
  ["a header of one's own", "bad-key", {}, { api_key: "" }, {}, "header-refused"],
  ["no key", "bad-key", { keySentAs: undefined }, { api_key: "" }, {}, "key-missing"],
  ["no key, and no entry", "no-permission", { keySentAs: undefined }, { api_key: "" }, {}, "access-refused"],
  [
    "a field of Extra body",
    "parameter-refused",
    { param: "a.b" },
    { extra_body: { a: {} } },
    {},
    "extra-refused",
  ],
];

test.each(IDENTIFIED)("%s is told as it is", (_name, kind, facts, form, found, id) => {
  const { param: _param, limit: _limit, ...known } = FACTS;
  const defined = Object.fromEntries(
    Object.entries({ ...known, ...facts }).filter(([, value]) => value !== undefined),
  ) as unknown as FailureFacts;
  const failure = new EndpointError(kind, defined);
  expect(diagnose(failure, { ...FORM, api_key: "sk-0", ...form }, found).id).toBe(id);
});

test.each([
  [{ DIFY_PLUGIN_LANGUAGE: "zh", LANG: "en_US.UTF-8" }, "zh"],
  [{ DIFY_PLUGIN_LANGUAGE: "en", LANG: "zh_CN.UTF-8" }, "en"],
  [{ DIFY_PLUGIN_LANGUAGE: "", LANG: "zh_CN.UTF-8" }, "zh"],
  [{ LC_ALL: "zh_CN", LANG: "C" }, "zh"],
  [{ LANG: "C.UTF-8" }, "en"],
  [{}, "en"],
])("an environment of %j asks for %s", (env, language) => {
  expect(messageLanguage(env)).toBe(language);
});

describe("a value", () => {
  test.each([
    ["path-unknown", FOUND.base],
    ["redirected", `https://${HOST}/openai/v1`],
    ["too-long", "1048576"],
    ["batch-too-large", "1048576"],
    ["max-tokens", "1048576"],
    ["no-stream", "off"],
    ["no-tools", "no_call"],
    ["needs-chat", "chat"],
  ] as const)("is known of %s", (id, value) => {
    expect(tell(id, FACTS, FORM, FOUND).value).toBe(value);
  });

  test("never holds a login", () => {
    const form = { ...FORM, endpoint_url: "https://ada:pa55word@localhost:8443/v1" };
    for (const id of ids) expect(JSON.stringify(tell(id, FACTS, form, FOUND))).not.toContain("pa55word");
    expect(tell("plain-http", FACTS, form, FOUND).value).toBe("http://***@localhost:8443/v1");
  });

  test("is no address of a login page", () => {
    const location = "https://h.example/login?next=%2Fv1";
    expect(tell("redirected", { ...FACTS, location }, FORM, {}).value).toBeUndefined();
  });
});

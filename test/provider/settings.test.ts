/** Whatever Dify stored, of this form, an older one or the official plugin's, can be read. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { complaintsTold } from "../../provider/complaints.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { fieldNames, readSettings } from "../../provider/settings.ts";

/** Every select of the official plugin's form, 0.0.63, with all its options, and what its text fields hold. */
const OFFICIAL: Readonly<Record<string, readonly (string | null)[]>> = {
  display_name: [null, "", "My model"],
  api_key: [null, "", "sk-1"],
  endpoint_url: ["https://h.example/v1", "https://h.example/v1/", "h.example"],
  endpoint_model_name: [null, "", "m"],
  language: ["zh", "en", "ja", "ko"],
  initial_prompt: [null, "Names: Ada, Bob."],
  mode: ["completion", "chat"],
  context_size: ["4096", "", null],
  max_chunks: ["1"],
  encoding_format: ["not_set", "float"],
  vision_support: ["support", "no_support"],
  max_tokens_to_sample: ["4096"],
  agent_thought_support: ["only_thinking_supported", "not_supported", "supported"],
  web_search_support: ["not_supported", "tool_standard", "tool_simple", "parameter"],
  compatibility_mode: ["strict", "extended"],
  token_param_name: ["auto", "max_tokens", "max_completion_tokens"],
  user_identity_support: ["support", "no_support"],
  stream_include_usage: ["enabled", "disabled"],
  function_calling_type: ["function_call", "tool_call", "no_call"],
  stream_function_calling: ["supported", "not_supported"],
  video_support: ["support", "no_support"],
  audio_support: ["support", "no_support"],
  document_support: ["support", "no_support"],
  structured_output_support: ["supported", "not_supported"],
  stream_mode_auth: ["use", "not_use"],
  stream_mode_delimiter: ["\\n\\n", "\\r\\n"],
  voices: ["alloy", "alloy,echo"],
  tts_api_format: ["openai", "byteplus"],
  tts_resource_id: [null, "seed-tts-1.0"],
  tts_sample_rate: ["24000", "16000", "8000"],
  document_prefix: [null, ""],
  query_prefix: [null, "query: "],
};

describe("a form of the official plugin", () => {
  test.each(Object.entries(OFFICIAL).flatMap(([field, values]) => values.map((value) => [field, value])))(
    "with %s = %j is no reason to complain",
    (field, value) => {
      expect(readSettings({ [String(field)]: value }).complaints).toEqual([]);
    },
  );
});

test("anything stored is read, and what makes no sense is complained about in both languages", () => {
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "[__HIDDEN__]",
      "sk-abc************op",
      `SFlCUklEO${"A".repeat(40)}`,
      "{}",
      "[",
      "auto",
      "-1",
      "1e999",
      "https://",
      "a: b; c",
      "-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----",
    ),
    fc.anything(),
  );
  const fields = [...fieldNames, "learned", "advanced", "gone", "__proto__", "constructor"];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...fields), value), (credentials) => {
      const { settings, complaints } = readSettings(credentials);
      expect(Object.keys(settings).toSorted()).toEqual([...fieldNames, "learned"].toSorted());
      for (const complaint of complaints) {
        const { field, reason } = complaint;
        expect(reason.en).toMatch(/^[^\s.].*[^\s.]$/su);
        expect(reason.zh).toMatch(/\p{Script=Han}/u);
        expect(complaintsTold([complaint], "zh")).toMatch(/^“.+。$/su);
        expect(complaintsTold([complaint], "en").startsWith(fieldLabel(field))).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test.each(fieldNames)("%s is complained about when it arrives encrypted", (field) => {
  const { complaints } = readSettings({ [field]: `SFlCUklEO${"Ab0/".repeat(30)}` });
  expect(complaints).toMatchObject([{ field, reason: { en: "arrived encrypted: enter it again" } }]);
});

test.each([true, false, ["a"], { a: 1 }])("%j is no text", (value) => {
  expect(readSettings({ streaming: value }).complaints).toMatchObject([{ field: "streaming" }]);
});

test("a number is as good as its text", () => {
  const { settings, complaints } = readSettings({ context_size: 8192, max_chunks: 4 });
  expect([settings.context_size, settings.max_chunks, complaints]).toEqual([8192, 4, []]);
});

test("what is missing is complained about by nobody", () => {
  expect(readSettings({}).complaints).toEqual([]);
  expect(readSettings(Object.fromEntries(fieldNames.map((field) => [field, ""]))).complaints).toEqual([]);
  expect(readSettings(Object.fromEntries(fieldNames.map((field) => [field, null]))).complaints).toEqual([]);
});

/** Whether a model answers in JSON when it is asked to. */
import { parseJson } from "../endpoint/parse-json.ts";
import { withoutThoughts, type ChatAnswer, type Lab } from "./lab.ts";
import type { Observation } from "./observe.ts";
import { shortcoming } from "./problem.ts";
import type { Problem } from "./report.ts";
import { CITY_SCHEMA } from "./samples.ts";
import type { StageDraft } from "./stage-draft.ts";

interface JsonFormat {
  readonly name: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** What to do when the answer is no JSON. */
  readonly remedy: Pick<Problem, "hint" | "field" | "value" | "shown">;
}

const JSON_FORMATS: readonly JsonFormat[] = [
  {
    name: "json_object",
    parameters: { response_format: "json_object" },
    remedy: { hint: "Choose no response format in apps, and ask for JSON in the prompt." },
  },
  {
    name: "json_schema",
    parameters: { response_format: "json_schema", json_schema: JSON.stringify(CITY_SCHEMA) },
    remedy: {
      hint: 'Set "Structured output" to Off: Dify then asks for JSON in its own words.',
      field: "structured_output_support",
      value: "not_supported",
      shown: "Off",
    },
  },
];

export async function tryStructured(lab: Lab, draft: StageDraft): Promise<void> {
  if (lab.settings.mode === "completion" || !lab.settings.structured_output_support) {
    draft.skip("the form leaves it out");
    return;
  }
  const good: string[] = [];
  const cut: string[] = [];
  for (const { name, parameters, remedy } of JSON_FORMATS) {
    // oxlint-disable-next-line no-await-in-loop
    const asked = await lab.chat(draft, {
      text: 'Answer with a JSON object that has the one field "city", for this text: I live in Oslo.',
      parameters: { ...parameters, max_tokens: 128 },
    });
    const verdict = jsonVerdict(asked);
    draft.prove({ [name]: verdict });
    if (!asked.value) lab.tell(draft, asked, `Apps that ask for ${name} fail.`);
    else if (verdict === "no JSON") {
      const cause = `With ${name}, the model did not answer in JSON.`;
      const limitation = "Structured output in apps may not be read.";
      draft.problem("warn", shortcoming(cause, { ...remedy, limitation }));
    } else (verdict === "JSON" ? good : cut).push(name);
  }
  if (good.length > 0) draft.pass(good.join(", "));
  if (cut.length > 0) draft.skip(`${cut.join(", ")}: cut at 128 tokens before the JSON was whole`);
}

function jsonVerdict({ value }: Observation<ChatAnswer>): string {
  if (!value) return "failed";
  const text = withoutThoughts(value.text).replace(/^```(?:json)?\s*|\s*```$/g, "");
  if (typeof parseJson(text) === "object") return "JSON";
  return value.finishReason === "length" ? "cut at the limit" : "no JSON";
}

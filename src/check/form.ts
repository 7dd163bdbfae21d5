/** The form as it is to be filled in, field by field. */
import { localAddress } from "../../provider/local-address.ts";
import { maskUrl } from "../endpoint/secrets.ts";
import { readAddress } from "../endpoint/address.ts";
import { shownValue } from "./choices.ts";
import type { Form } from "./lab.ts";
import { labelOf } from "./problem.ts";
import type { Remedy } from "./remedies.ts";
import type { FormField, ServerReport } from "./report.ts";
import type { Subject } from "./stage-draft.ts";

type FilledForm = ServerReport["forms"][number];

/** As Dify's own form calls them. */
const TYPE_NAMES: Readonly<Record<Subject["type"], string>> = {
  llm: "LLM",
  "text-embedding": "Text Embedding",
  rerank: "Rerank",
  speech2text: "Speech2text",
  tts: "TTS",
  moderation: "Moderation",
};

/** Never shown: they are secrets, or may hold some. */
const SECRET: ReadonlySet<string> = new Set(["api_key", "fallback_api_key", "extra_headers", "extra_body"]);

/** Always in the form, whatever `Settings` says. */
const SIMPLE: ReadonlySet<string> = new Set(["endpoint_url", "api_key", "advanced"]);

/** Not drawn, or not the form's own. */
const LEFT_OUT: ReadonlySet<string> = new Set(["learned", "model", "model_type", "__model_type"]);

export interface Filling {
  readonly subject: Subject;
  readonly form: Form;
  readonly accepted: boolean;
  /** What Dify itself writes back after saving. */
  readonly corrected: Readonly<Record<string, string>>;
  readonly remedies: readonly Remedy[];
  /** What else is worth putting in. */
  readonly advice: readonly Remedy[];
  readonly keyVariable?: string | undefined;
}

export function fillForm({ subject, accepted, ...filling }: Filling): FilledForm {
  const { form, corrected, remedies, advice, keyVariable } = filling;
  const shown = new Map([...advice, ...remedies].map((remedy) => [remedy.field, remedy.shown]));
  const given = Object.entries({ ...form, ...corrected }).filter(
    ([field, value]) => value !== "" && !LEFT_OUT.has(field) && field !== "advanced",
  );
  const advised = advice
    .filter(({ field }) => !form[field])
    .map(({ field, value }) => [field, value] as const);
  const fields = [...given, ...advised]
    .filter(([field]) => !SIMPLE.has(field))
    .map(([field, value]) => fieldOf(field, value, shown.get(field)));
  const url = corrected["endpoint_url"] ?? form["endpoint_url"] ?? "";
  return {
    ...subject,
    accepted,
    fields: [
      { field: "model_type", label: "Model type", shown: TYPE_NAMES[subject.type], value: subject.type },
      { field: "model", label: "Model name", shown: subject.model, value: subject.model },
      { field: "endpoint_url", label: labelOf("endpoint_url"), ...shownUrl(url) },
      { field: "api_key", label: labelOf("api_key"), shown: keySource(form, keyVariable) },
      ...(fields.length > 0
        ? [{ field: "advanced", label: "Settings", shown: "Set by hand", value: "manual" }]
        : []),
      ...fields,
    ],
  };
}

function fieldOf(field: string, value: string, shown = shownValue(field, value)): FormField {
  const label = labelOf(field);
  return SECRET.has(field)
    ? { field, label, shown: "(as in the form that was given)" }
    : {
        field,
        label,
        ...(field === "fallback_url" || field === "proxy_url" ? shownUrl(value) : { shown, value }),
      };
}

/** A password or a query value of an address is a secret as well. */
function shownUrl(url: string): Pick<FormField, "shown" | "value"> {
  try {
    const { base, query } = readAddress(url);
    const masked = maskUrl(`${base}${query}`);
    const isOpen = masked === `${base}${query}`;
    const inside = localAddress(url);
    // A check runs on the machine, Dify's plugin daemon mostly in a container of it.
    const further = inside === undefined ? "" : ` (from Dify in Docker: ${inside})`;
    return isOpen ? { shown: `${url}${further}`, value: url } : { shown: `${masked}${further}` };
  } catch {
    return { shown: "(as in the form that was given)" };
  }
}

function keySource(form: Form, keyVariable: string | undefined): string {
  if (!form["api_key"]) return "(leave it empty)";
  return keyVariable === undefined ? "(as in the form that was given)" : `(the value of $${keyVariable})`;
}

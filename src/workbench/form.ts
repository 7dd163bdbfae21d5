/** The provider's form: read from its YAML, and filled in as Dify does it. */
import { load } from "js-yaml";
import * as z from "zod";
import type { Complaint, Field, Form, ModelType, Words } from "./contract.ts";

const words = z
  .object({ en_US: z.string(), zh_Hans: z.string().optional() })
  .transform(({ en_US, zh_Hans = en_US }): Words => ({ en_US, zh_Hans }));

const field = z.object({
  variable: z.string(),
  label: words,
  type: z.enum(["text-input", "secret-input", "select", "radio"]),
  required: z.boolean().default(false),
  default: z.coerce.string().optional(),
  placeholder: words.optional(),
  help: words.optional(),
  max_length: z.int().optional(),
  options: z.array(z.object({ value: z.string(), label: words })).optional(),
  show_on: z.array(z.object({ variable: z.string(), value: z.string() })).default([]),
});

const provider = z.object({
  provider: z.string(),
  label: words,
  description: words,
  model_credential_schema: z.object({
    model: z.object({ label: words, placeholder: words.optional() }),
    credential_form_schemas: z.array(field),
  }),
});

export interface ProviderForm {
  /** The provider's name. */
  readonly provider: string;
  readonly label: Words;
  readonly description: Words;
  readonly form: Form;
}

/** @param yaml the provider's */
export function readProvider(yaml: string): ProviderForm {
  const { provider: name, label, description, model_credential_schema } = provider.parse(load(yaml));
  const { model, credential_form_schemas } = model_credential_schema;
  const { placeholder } = model;
  return {
    provider: name,
    label,
    description,
    form: {
      modelName: { label: model.label, ...(placeholder && { placeholder }) },
      fields: merged(credential_form_schemas),
    },
  };
}

/** Dify draws a variable that is listed several times once: as its first entry says, where any entry matches. */
function merged(entries: readonly z.output<typeof field>[]): Field[] {
  const fields = new Map<string, Field>();
  for (const { variable, max_length, show_on, ...entry } of entries) {
    const known = fields.get(variable);
    if (known) {
      fields.set(variable, { ...known, showOn: [...known.showOn, show_on] });
      continue;
    }
    const { default: standard, placeholder, help, options } = entry;
    fields.set(variable, {
      variable,
      label: entry.label,
      type: entry.type,
      required: entry.required,
      ...(standard !== undefined && { default: standard }),
      ...(placeholder && { placeholder }),
      ...(help && { help }),
      ...(max_length !== undefined && { maxLength: max_length }),
      ...(options && { options }),
      showOn: show_on.length > 0 ? [show_on] : [],
    });
  }
  return [...fields.values()];
}

export interface Filled {
  /** What Dify stores. */
  readonly credentials: Readonly<Record<string, string>>;
  /** What it refuses the form for. */
  readonly complaints: readonly Complaint[];
}

/** Hidden fields are dropped, empty ones get their defaults, and what is no option is refused. */
export function fill({ fields }: Form, values: Readonly<Record<string, string>>, type: ModelType): Filled {
  const defaults = fields.flatMap(({ variable, default: standard }) =>
    standard === undefined ? [] : [[variable, standard] as const],
  );
  const given: Readonly<Record<string, string>> = {
    ...Object.fromEntries(defaults),
    ...withoutEmpty(values),
    __model_type: type,
  };
  const credentials: Record<string, string> = {};
  const complaints: Complaint[] = [];
  for (const shown of fields.filter((each) => isShown(each, given))) {
    const { variable } = shown;
    const value = given[variable] ?? "";
    const message = faultOf(shown, value);
    if (message) complaints.push({ field: variable, message });
    if (value !== "") credentials[variable] = value;
  }
  return { credentials, complaints };
}

function isShown({ showOn }: Field, given: Readonly<Record<string, string>>): boolean {
  return (
    showOn.length === 0 ||
    showOn.some((conditions) => conditions.every(({ variable, value }) => given[variable] === value))
  );
}

/** In Dify's own words, which are English alone. */
function faultOf({ variable, label, required, options, maxLength }: Field, value: string): Words | undefined {
  if (value === "") {
    return required
      ? { en_US: `"${label.en_US}" is required.`, zh_Hans: `“${label.zh_Hans}”为必填项。` }
      : undefined;
  }
  if (options && !options.some((option) => option.value === value))
    return inDifysWords(`Variable ${variable} is not in options`);
  if (maxLength !== undefined && value.length > maxLength)
    return inDifysWords(`Variable ${variable} length should not be greater than ${maxLength}`);
  return undefined;
}

function inDifysWords(text: string): Words {
  return { en_US: text, zh_Hans: text };
}

function withoutEmpty(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ""));
}

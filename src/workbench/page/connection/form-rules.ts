/**
 * How Dify's console reads a provider's form, as it was observed there.
 *
 * A variable may be listed several times, each time with other conditions: the first entry is what is drawn,
 * the last one's default fills it in, and it shows when any of them matches. Conditions do not chain: a field
 * stays visible below a hidden one. What is not visible is deleted when the form is saved.
 */

export interface Words {
  readonly en_US: string;
  readonly zh_Hans?: string;
}

export interface Condition {
  readonly variable: string;
  readonly value: string;
}

export interface Option {
  readonly value: string;
  readonly label: Words;
  readonly show_on?: readonly Condition[];
}

/** An entry of `credential_form_schemas`. */
export interface FormEntry {
  readonly variable: string;
  readonly label: Words;
  readonly type: string;
  readonly required?: boolean;
  readonly default?: string | null;
  readonly placeholder?: Words;
  readonly options?: readonly Option[];
  readonly show_on?: readonly Condition[];
}

/** A field as it is drawn. */
export interface FormField extends FormEntry {
  /** One list for each entry of the variable: all conditions of a list must hold, of any list. */
  readonly shownWhen: readonly (readonly Condition[])[];
}

export type FormValues = Readonly<Record<string, string>>;

/** The form's own name for the model type, for conditions only: it is never stored. */
export const MODEL_TYPE = "__model_type";

export function mergeEntries(entries: readonly FormEntry[]): FormField[] {
  const fields = new Map<string, FormField>();
  for (const entry of entries) {
    const known = fields.get(entry.variable);
    fields.set(entry.variable, {
      ...(known ?? entry),
      ...(entry.default !== undefined && { default: entry.default }),
      shownWhen: [...(known?.shownWhen ?? []), entry.show_on ?? []],
    });
  }
  return [...fields.values()];
}

export function isShown({ shownWhen }: FormField, values: FormValues): boolean {
  return shownWhen.some((conditions) => hold(conditions, values));
}

export function shownOptions({ options = [] }: FormField, values: FormValues): readonly Option[] {
  return options.filter(({ show_on = [] }) => hold(show_on, values));
}

export function defaultsOf(fields: readonly FormField[]): FormValues {
  return Object.fromEntries(
    fields.flatMap(({ variable, default: value }) => (value ? [[variable, value]] : [])),
  );
}

/** What Dify hands to the plugin: nothing hidden, nothing empty, defaults for what was emptied. */
export function storedValues(fields: readonly FormField[], values: FormValues): Record<string, string> {
  return Object.fromEntries(
    fields
      .filter((field) => isShown(field, values))
      .map(({ variable, default: fallback }) => [variable, values[variable] || fallback || ""] as const)
      .filter(([, value]) => value !== ""),
  );
}

/** The fields Dify refuses to save without. A default does not help: the console fills it in beforehand. */
export function missingFields(fields: readonly FormField[], values: FormValues): FormField[] {
  return fields.filter((field) => field.required && isShown(field, values) && !values[field.variable]);
}

function hold(conditions: readonly Condition[], values: FormValues): boolean {
  return conditions.every(({ variable, value }) => values[variable] === value);
}

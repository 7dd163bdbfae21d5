/**
 * How Dify's console reads a provider's form, as it was observed there: conditions do not chain, so that a
 * field stays visible below a hidden one, and what is not visible is deleted when the form is saved.
 */
import type { Field, ModelType } from "../../contract.ts";

export type FormValues = Readonly<Record<string, string>>;

/** The form's own name for the model type, for conditions only: it is never stored. */
const MODEL_TYPE = "__model_type";

export function isShown({ showOn }: Field, type: ModelType, values: FormValues): boolean {
  const known: FormValues = { ...values, [MODEL_TYPE]: type };
  return (
    showOn.length === 0 ||
    showOn.some((conditions) => conditions.every(({ variable, value }) => known[variable] === value))
  );
}

export function shownFields(fields: readonly Field[], type: ModelType, values: FormValues): Field[] {
  return fields.filter((field) => isShown(field, type, values));
}

/** What the console fills in before anybody types. */
export function defaultsOf(fields: readonly Field[]): FormValues {
  return Object.fromEntries(
    fields.flatMap(({ variable, default: value }) => (value === undefined ? [] : [[variable, value]])),
  );
}

/** How many values the form would lose if it were saved so: those of fields that are hidden, unless default. */
export function lostFields(fields: readonly Field[], type: ModelType, values: FormValues): Field[] {
  return fields.filter((field) => {
    const value = values[field.variable] ?? "";
    const isSet = value !== "" && value !== field.default;
    return isSet && belongsTo(field, type) && !isShown(field, type, values);
  });
}

/** Whether a field shows for a type at all, whatever the other fields say. */
function belongsTo({ showOn }: Field, type: ModelType): boolean {
  const ofType = (conditions: Field["showOn"][number]): boolean =>
    conditions.every(({ variable, value }) => variable !== MODEL_TYPE || value === type);
  return showOn.length === 0 || showOn.some(ofType);
}

/** What Dify refuses to save without. @param isSet tells of secrets, whose values are elsewhere */
export function missingFields(
  shown: readonly Field[],
  values: FormValues,
  isSet: (variable: string) => boolean,
): Field[] {
  return shown.filter(({ required, variable }) => required && !values[variable] && !isSet(variable));
}

/** The values that make a hidden field show, such as *Settings* by hand. */
export function valuesThatShow(field: Field, type: ModelType, values: FormValues): FormValues {
  if (isShown(field, type, values)) return {};
  const way = field.showOn.find((conditions) =>
    conditions.every(({ variable, value }) => variable !== MODEL_TYPE || value === type),
  );
  return Object.fromEntries(
    (way ?? [])
      .filter(({ variable }) => variable !== MODEL_TYPE)
      .map(({ variable, value }) => [variable, value]),
  );
}

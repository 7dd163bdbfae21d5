/** The form's values that all models of an import share, and Dify's form they have to fit. */
import * as z from "zod";

const condition = z.object({ variable: z.string(), value: z.string() });

export const formFields = z.array(
  z.object({
    variable: z.string(),
    show_on: z.array(condition).nullish(),
  }),
);

export type FormField = z.infer<typeof formFields>[number];
export type FormValues = Readonly<Record<string, string>>;

/** Numbers, switches and objects, such as headers, may stand in the file as JSON has them. */
export const formValues = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.record(z.string(), z.unknown()), z.array(z.unknown())]),
  )
  .transform((values): FormValues =>
    Object.fromEntries(
      Object.entries(values).map(([variable, value]) => [
        variable,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  );

/**
 * Values Dify would drop without a word, each with the reason: it drops what its form has no field for, and
 * what the form does not show.
 */
export function droppedValues(values: FormValues, form: readonly FormField[]): string[] {
  return Object.keys(values).flatMap((variable) => {
    const fields = form.filter((field) => field.variable === variable);
    if (fields.length === 0) return [`the form has no field ${variable}`];
    // A model's type is not of the form: values for another type are left out where they do not belong.
    const gates = fields.map(({ show_on }) =>
      (show_on ?? []).filter(
        (gate) => gate.variable !== "__model_type" && values[gate.variable] !== gate.value,
      ),
    );
    const [gate] = gates.find((closed) => closed.length === 0) ?? gates[0] ?? [];
    return gate ? [`${variable} counts only with "${gate.variable}": "${gate.value}"`] : [];
  });
}

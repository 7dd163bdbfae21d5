/** The plan as a file, to be read, corrected and carried out. */
import { readFile, writeFile } from "node:fs/promises";
import * as z from "zod";
import { parseJson } from "../endpoint/parse-json.ts";
import { formValues } from "./form-values.ts";
import { MODEL_TYPES } from "./model-type.ts";
import type { Candidate, Planned } from "./plan.ts";
import { UsageError } from "./usage-error.ts";

const planFile = z.strictObject({
  server: z.string(),
  models: z.array(
    z.strictObject({
      model: z.string().min(1),
      /** `null`: leave it out. */
      type: z.enum(MODEL_TYPES).nullable(),
      why: z.string().optional(),
      form: formValues.optional(),
    }),
  ),
});

/** @param server without login and query */
export async function writePlan(file: string, server: string, planned: readonly Planned[]): Promise<void> {
  const models = planned.map(({ name, type, guess, form }) => ({
    model: name,
    type,
    why: guess.why,
    ...(form && { form }),
  }));
  // Never over one that may hold corrections.
  await writeFile(file, `${JSON.stringify({ server, models }, null, 2)}\n`, { flag: "wx" });
}

/** Undefined when there is no such file. @throws UsageError */
export async function readPlan(file: string, server: string): Promise<readonly Candidate[] | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw unreadable(error);
  });
  if (text === undefined) return undefined;
  const result = planFile.safeParse(parseJson(text));
  if (!result.success) throw new UsageError(`${file} is no plan:\n${z.prettifyError(result.error)}`);
  if (result.data.server !== server)
    throw new UsageError(`${file} is a plan for ${result.data.server}, not for ${server}.`);
  return result.data.models.map(({ model, type, why = "the plan", form }) => ({
    name: model,
    guess: { type, why },
    decided: true,
    ...(form && { form }),
  }));
}

/** @throws UsageError */
export async function readForm(file: string): Promise<z.infer<typeof formValues>> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw unreadable(error);
  });
  const result = formValues.safeParse(parseJson(text));
  // What stands in it may be a key, and is not repeated.
  if (!result.success)
    throw new UsageError(`${file} must hold a JSON object of the form's fields and values.`);
  return result.data;
}

function unreadable(error: unknown): UsageError {
  return new UsageError(error instanceof Error ? error.message : String(error));
}

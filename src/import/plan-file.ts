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

/** @param server without login and query @throws UsageError when the file is there: it may hold corrections */
export async function writePlan(file: string, server: string, planned: readonly Planned[]): Promise<void> {
  const models = planned.map(({ name, type, guess, form }) => ({
    model: name,
    type,
    why: guess.why,
    ...(form && { form }),
  }));
  try {
    await writeFile(file, `${JSON.stringify({ server, models }, null, 2)}\n`, { flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new UsageError(
      error.code === "EEXIST"
        ? `${file} is there already: carry it out with --yes --plan ${file}, or remove it to start again.`
        : error.message,
    );
  }
}

/** @throws UsageError */
export async function readPlan(file: string, server: string): Promise<readonly Candidate[]> {
  const result = planFile.safeParse(parseJson(await readText(file)));
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
  const result = formValues.safeParse(parseJson(await readText(file)));
  // What stands in it may be a key: only the places are told.
  if (!result.success)
    throw new UsageError(`${file} must hold a JSON object of the form's fields and values.`);
  return result.data;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

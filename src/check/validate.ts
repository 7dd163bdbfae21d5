/** What Dify asks when a form is saved: that everything holds the model will be used for. */
import type { CallContext } from "../dify/models.ts";
import type { ModelSchema } from "../dify/model-schema.ts";
import type { Validated } from "../dify/replies.ts";
import type { RequestOf } from "../dify/requests.ts";
import type { Connection } from "../../provider/connection.ts";
import { validateForm, type Questions } from "../../provider/validation.ts";
import type { Lesson, Probe, Probed } from "./probe.ts";
import { runProbes, type ProbeResult } from "./run-probes.ts";

/** A model that can be tried, and tells Dify what it can do. */
export interface Validatable extends Probed {
  schema(request: RequestOf<"get_ai_model_schemas">): ModelSchema;
}

/** @throws DifyError CredentialsValidateFailedError with the first failure */
export function validateModel(
  request: RequestOf<"validate_model_credentials">,
  context: CallContext,
  model: Validatable,
): Promise<Validated> {
  // A model whose schema cannot be told would be saved, and vanish.
  model.schema({ ...request, action: "get_ai_model_schemas" });
  return validateForm(request, context, questionsOf(model.probes));
}

/**
 * What a form is asked before it is saved.
 *
 * @param onResult is told how each question to the first key went
 */
export function questionsOf(
  probes: readonly Probe[],
  onResult: (result: ProbeResult) => void = () => undefined,
): Questions {
  return {
    first: (connection) => hold(telling(runProbes(probes, connection), onResult), connection),
    // What else there is to be asked serves the same model: one question tells whether it answers.
    others: async (connection) => void (await hold(first(runProbes(probes, connection)), connection)),
  };
}

async function hold(results: AsyncIterable<ProbeResult>, connection: Connection): Promise<Lesson> {
  const lessons: Lesson[] = [];
  for await (const { probe, verdict, failure, lesson } of results) {
    if (verdict === "failed") throw failure;
    if (verdict === "noted") connection.log(`model "${connection.model}": the ${probe.name} was refused`);
    if (lesson) lessons.push(lesson);
  }
  return Object.assign({}, ...lessons) as Lesson;
}

async function* telling<T>(results: AsyncIterable<T>, tell: (result: T) => void): AsyncGenerator<T> {
  for await (const result of results) {
    tell(result);
    yield result;
  }
}

async function* first<T>(results: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const result of results) {
    yield result;
    return;
  }
}

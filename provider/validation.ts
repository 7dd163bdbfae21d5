/** The form while it is being saved: nothing is overlooked, and what fails is told with its remedy. */
import { DifyError } from "../src/dify/errors.ts";
import type { CallContext } from "../src/dify/models.ts";
import type { Validated } from "../src/dify/replies.ts";
import type { Operation } from "../src/endpoint/address.ts";
import { connect, connectByEach, type Connection } from "./connection.ts";
import type { Target } from "./target.ts";
import { corrections } from "./corrections.ts";
import { formFailure, validationFailure } from "./failures.ts";
import type { LearnedValues } from "./field-values.ts";
import type { Findings } from "./identify.ts";
import { investigate } from "./investigate.ts";
import { readSettings, type Complaint, type Settings } from "./settings.ts";

/** Dify's daemon rejects the schema of a longer name, and the model would vanish. */
const MAX_MODEL_NAME = 255;

/** What is asked through each key of the form, and of the fallback. */
export interface Questions {
  /** Of the first key; what it teaches is written back. */
  first(connection: Connection): Promise<Pick<LearnedValues, "dimensions">>;
  /** Of every other key, and the fallback. */
  others(connection: Connection): Promise<void>;
}

/** What saving a form comes to, as facts. */
export interface Examination {
  readonly settings: Settings;
  /** Fields that make no sense; then nobody was asked. */
  readonly complaints: readonly Complaint[];
  /** Absent when everything held. */
  readonly failure?: unknown;
  /** What a closer look after the failure found. */
  readonly found: Findings;
  /** What is written back into the form. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** Asks the questions, and looks closer after a failure. Throws nothing a server or a form does wrong. */
export async function examineForm(
  target: Target,
  context: CallContext,
  questions: Questions,
): Promise<Examination> {
  const { settings, complaints } = readSettings(target.credentials);
  complaints.push(...formComplaints(target, settings, complaints));
  const held = { settings, complaints, found: {}, credentials: {} };
  if (complaints.length > 0) return held;
  if (settings.skip_validation) {
    context.log("the form skips the test calls");
    return held;
  }
  try {
    return { ...held, credentials: await askAll(target, settings, context, questions) };
  } catch (failure) {
    return { ...held, failure, found: await investigate(failure, target, settings, context) };
  }
}

/** @throws DifyError CredentialsValidateFailedError */
export async function validateForm(
  target: Target,
  context: CallContext,
  questions: Questions,
): Promise<Validated> {
  const { settings, complaints, credentials, found, ...rest } = await examineForm(target, context, questions);
  if (complaints.length > 0) throw formFailure(complaints);
  if ("failure" in rest) throw validationFailure(rest.failure, settings, found);
  return { result: true, ...(Object.keys(credentials).length > 0 && { credentials }) };
}

/** Returns what is written back into the form. */
async function askAll(
  target: Target,
  settings: Settings,
  context: CallContext,
  questions: Questions,
): Promise<Record<string, string>> {
  const [first, ...others] = connectByEach(target, settings, context);
  const answered = new Map<Operation, string>();
  const lesson = first ? await questions.first(noting(first, answered)) : {};
  // What is wrong with the first is mostly wrong with all.
  const results = await Promise.allSettled(others.map((other) => questions.others(other)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  const { model } = connect(target, settings, context);
  return corrections(settings, target.model_type ?? "", model, answered, lesson);
}

/** Notes which URL answered. */
function noting(connection: Connection, answered: Map<Operation, string>): Connection {
  return {
    ...connection,
    call: (question) =>
      connection.call({
        ...question,
        async read(answer) {
          const result = await question.read(answer);
          answered.set(question.operation, answer.url);
          return result;
        },
      }),
  };
}

/** What no field shows by itself. */
function formComplaints(
  { model = "" }: Target,
  settings: Settings,
  others: readonly Complaint[],
): Complaint[] {
  const complaints: Complaint[] = [];
  if (model.length > MAX_MODEL_NAME) {
    complaints.push({ field: "model", reason: `must have at most ${MAX_MODEL_NAME} characters` });
  }
  const isMissing = !settings.fallback_url && !others.some(({ field }) => field === "fallback_url");
  if (isMissing && (settings.fallback_api_key.length > 0 || settings.fallback_model !== "")) {
    complaints.push({ field: "fallback_url", reason: "is empty, though there is more about a fallback" });
  }
  return complaints;
}

/** Every model brings its own address and key: there is nothing to validate without one. */
export function refuseWithoutAddress({ credentials }: Target): void {
  if (credentials["endpoint_url"]) return;
  throw new DifyError(
    "CredentialsValidateFailedError",
    "This provider has no credentials of its own: add a model and enter its Base URL and API Key there.",
  );
}

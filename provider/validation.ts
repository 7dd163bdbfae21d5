/** The form while it is being saved: nothing is overlooked, and what fails is told with its remedy. */
import { DifyError } from "../src/dify/errors.ts";
import type { CallContext } from "../src/dify/models.ts";
import type { Validated } from "../src/dify/replies.ts";
import { InvalidAddress, readAddress, type AddressFault, type Operation } from "../src/endpoint/address.ts";
import type { Answer } from "../src/endpoint/answer.ts";
import type { FailureFacts } from "../src/endpoint/endpoint-error.ts";
import { addressReason, type Complaint } from "./complaints.ts";
import { connect, connectByEach, type Connection } from "./connection.ts";
import type { Target } from "./target.ts";
import { corrections } from "./corrections.ts";
import { formFailure, validationFailure } from "./failures.ts";
import { tooLong, type LearnedValues } from "./field-values.ts";
import type { Findings } from "./identify.ts";
import { messageLanguage, type Text } from "./language.ts";
import { investigate } from "./investigate.ts";
import { readSettings, type Settings } from "./settings.ts";

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
  /** The last answer that came. */
  readonly last?: FailureFacts;
  /** What is written back into the form. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** Asks the questions, and looks closer after a failure. Throws nothing a server or a form does wrong. */
export async function examineForm(
  target: Target,
  context: CallContext,
  questions: Questions,
): Promise<Examination> {
  const { settings, complaints } = readForm(target);
  const held = { settings, complaints, found: {}, credentials: {} };
  if (complaints.length > 0) return held;
  if (settings.skip_validation) {
    context.log("the form skips the test calls");
    return held;
  }
  const answered = new Map<Operation, string>();
  let last: FailureFacts | undefined;
  const notes: Notes = {
    came: ({ facts }) => (last = facts),
    passed: ({ url }, operation) => answered.set(operation, url),
  };
  try {
    const lesson = await askAll(target, settings, context, questions, notes);
    const { model } = connect(target, settings, context);
    const credentials = corrections(settings, target.model_type ?? "", model, answered, lesson);
    return { ...held, credentials };
  } catch (failure) {
    const found = await investigate(failure, target, settings, context);
    return { ...held, failure, found, ...(last && { last }) };
  }
}

/** @throws DifyError CredentialsValidateFailedError */
export async function validateForm(
  target: Target,
  context: CallContext,
  questions: Questions,
): Promise<Validated> {
  const examination = await examineForm(target, context, questions);
  const { settings, complaints, credentials, found, last } = examination;
  if (complaints.length > 0) throw formFailure(complaints);
  if ("failure" in examination) throw validationFailure(examination.failure, settings, found, last);
  return { result: true, ...(Object.keys(credentials).length > 0 && { credentials }) };
}

/** Asks through each key of the form; returns what the first taught. */
async function askAll(
  target: Target,
  settings: Settings,
  context: CallContext,
  questions: Questions,
  notes: Notes,
): Promise<Pick<LearnedValues, "dimensions">> {
  const [first, ...others] = connectByEach(target, settings, context);
  const lesson = first ? await questions.first(noting(first, notes)) : {};
  // What is wrong with the first is mostly wrong with all.
  const results = await Promise.allSettled(others.map((other) => questions.others(other)));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return lesson;
}

/** Takes note of each answer: that it came, and that it was one. */
interface Notes {
  came(answer: Answer): void;
  passed(answer: Answer, operation: Operation): void;
}

function noting(connection: Connection, notes: Notes): Connection {
  return {
    ...connection,
    call: (question) =>
      connection.call({
        ...question,
        async read(answer) {
          notes.came(answer);
          const result = await question.read(answer);
          notes.passed(answer, question.operation);
          return result;
        },
      }),
  };
}

/** The form, and all that makes no sense in it, without asking anybody. */
export function readForm(target: Target): { settings: Settings; complaints: Complaint[] } {
  const { settings, complaints } = readSettings(target.credentials);
  return { settings, complaints: [...formComplaints(target, settings, complaints), ...complaints] };
}

/** What no field's reader sees. */
function formComplaints(
  { model = "" }: Target,
  settings: Settings,
  others: readonly Complaint[],
): Complaint[] {
  const isTold = (name: string): boolean => others.some(({ field }) => field === name);
  const complaints: Complaint[] = [];
  const fault = isTold("endpoint_url") ? undefined : addressFault(settings.endpoint_url);
  if (fault) complaints.push({ field: "endpoint_url", reason: addressReason(fault) });
  if (model.length > MAX_MODEL_NAME) {
    complaints.push({ field: "model", reason: tooLong(MAX_MODEL_NAME) });
  }
  const isMissing = !settings.fallback_url && !isTold("fallback_url");
  if (isMissing && (settings.fallback_api_key.length > 0 || settings.fallback_model !== "")) {
    complaints.push({ field: "fallback_url", reason: NO_FALLBACK });
  }
  return complaints;
}

function addressFault(pasted: string): AddressFault | undefined {
  try {
    readAddress(pasted);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidAddress) return error.reason;
    throw error;
  }
}

const NO_FALLBACK: Text = {
  en: "is empty, though there is more about a fallback",
  zh: "为空，但填写了其他备用项",
};

/** Every model brings its own address and key: there is nothing to validate without one. */
export function refuseWithoutAddress({ credentials }: Target): void {
  if (credentials["endpoint_url"]) return;
  throw new DifyError("CredentialsValidateFailedError", NO_ADDRESS[messageLanguage()]);
}

const NO_ADDRESS: Text = {
  en: "This provider has no credentials of its own: add a model and enter its Base URL and API Key there.",
  zh: "此供应商本身没有凭据：请添加模型，并在其中填写接口地址和 API Key。",
};

/** From a failure to what a report says of it, in the plugin's own words. */
import { fieldLabel, fieldLabels } from "../../provider/field-labels.ts";
import { complaintsTold, type Complaint } from "../../provider/complaints.ts";
import { findingOf, invocationFailure, validationFailure } from "../../provider/failures.ts";
import type { Finding, Findings } from "../../provider/diagnose.ts";
import type { Settings } from "../../provider/settings.ts";
import { EndpointError, type FailureFacts } from "../endpoint/endpoint-error.ts";
import type { Patience } from "./observe.ts";
import { remedyOf, type Remedy } from "./remedies.ts";
import type { Problem } from "./report.ts";

export interface Circumstances {
  readonly settings: Settings;
  readonly found?: Findings;
  /** The last answer that came. */
  readonly last?: FailureFacts | undefined;
  /** What apps will notice. */
  readonly limitation?: string;
  /** The check's own time ended it. */
  readonly timedOut?: Patience | undefined;
}

/** The server's failure behind whatever was thrown. */
export function endpointErrorIn(failure: unknown): EndpointError | undefined {
  if (failure instanceof EndpointError) return failure;
  return failure instanceof Error ? endpointErrorIn(failure.cause) : undefined;
}

/** Which bound of the check's own ended it, if one did and not the server. */
export function ranOut(failure: unknown, over: Patience | undefined): Patience | undefined {
  const kind = endpointErrorIn(failure)?.kind;
  return kind === undefined || kind === "aborted" || kind === "deadline" ? over : undefined;
}

export function findingIn(failure: unknown, settings: Settings, found?: Findings): Finding | undefined {
  const error = endpointErrorIn(failure);
  return error && findingOf(error, settings, found);
}

export function problemOf(failure: unknown, circumstances: Circumstances): Problem {
  const { settings, found, last, limitation, timedOut } = circumstances;
  // When the check itself is over, that says nothing about apps.
  if (timedOut === "--total") return OUT_OF_TIME["--total"];
  if (timedOut) return { ...OUT_OF_TIME[timedOut], ...(limitation !== undefined && { limitation }) };
  const finding = findingIn(failure, settings, found);
  const shownInDify = wordsOf(validationFailure(failure, settings, found, last));
  const own = inTwo(wordsOf(invocationFailure(failure, settings, found)));
  const remedy = finding ? remedyOf(finding) : remedyInWords(shownInDify);
  const said = endpointErrorIn(failure)?.facts.words;
  const field = finding?.field ?? remedy?.field;
  return {
    cause: finding?.cause.en ?? own.cause,
    hint: finding ? (finding.remedy?.en ?? (said ? ITS_WORDS : ITS_LOG)) : (own.hint ?? correct(field)),
    ...(finding && { diagnosis: finding.id }),
    ...(field !== undefined && { field, label: labelOf(field) }),
    ...(remedy?.value !== undefined && { value: remedy.value, shown: remedy.shown }),
    ...(said && { said }),
    shownInDify,
    ...(limitation !== undefined && { limitation }),
  };
}

const OUT_OF_TIME: Readonly<Record<Patience, Problem>> = {
  "--timeout": {
    cause: "No answer came within the time this check allows for it.",
    hint: "Raise --timeout; if that does not help, the server's log says more.",
  },
  "--total": {
    cause: "The time for the whole check is over.",
    hint: "Raise --total, or check less: --types, --only, --skip.",
  },
};

const ITS_WORDS = "What the server said tells more; so may its log.";
const ITS_LOG = "The server's log may say more.";

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A sentence of the plugin's about an answer: what is wrong with it, then what to do. */
function inTwo(message: string): { readonly cause: string; readonly hint?: string } {
  const [, cause, advice = ""] = ADVICE.exec(message) ?? [];
  if (cause === undefined) return { cause: message };
  return { cause: `${cause}.`, hint: advice.charAt(0).toUpperCase() + advice.slice(1) };
}

const ADVICE = /^([^]*?)[:;.] ((?:check|choose|enter|leave|lower|raise|send|set|upload|use)\b[^]*)$/i;

function correct(field: string | undefined): string {
  return field === undefined ? `Check the model at the server. ${ITS_LOG}` : `Correct ${fieldLabel(field)}.`;
}

/** A value of the form that makes no sense. */
export function complaintProblem(complaint: Complaint): Problem {
  const { field } = complaint;
  return { cause: complaintsTold([complaint], "en"), hint: correct(field), field, label: labelOf(field) };
}

/** The form field that a sentence of the plugin's names, and the value it says to put there. */
export function remedyInWords(message: string): (Partial<Remedy> & Pick<Remedy, "field">) | undefined {
  const labels = Object.entries(fieldLabels).flatMap(([field, { en, zh }]) => [
    [field, `"${en}"`],
    [field, `“${zh}”`],
  ]);
  const places = labels.map(([field = "", label = ""]) => ({ field, label, at: message.indexOf(label) }));
  const [first] = places.filter(({ at }) => at >= 0).toSorted((a, b) => a.at - b.at);
  if (!first) return undefined;
  const rest = message.slice(first.at + first.label.length);
  const value = /^ (?:to|设为) (\S+?)[.。]?(?:\s|$)/.exec(rest)?.[1];
  return { field: first.field, ...(value !== undefined && { value, shown: value }) };
}

/** Something that works, but not as it should. */
export function shortcoming(
  cause: string,
  about: Pick<Problem, "hint" | "limitation" | "field" | "value" | "shown">,
): Problem {
  return { cause, ...about, ...(about.field !== undefined && { label: labelOf(about.field) }) };
}

/** The field's name in the form, without quotes. */
export function labelOf(field: string): string {
  return fieldLabel(field).slice(1, -1);
}

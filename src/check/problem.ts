/** From a failure to what a report says of it: the plugin's own words, and the request behind it. */
import { fieldLabel, fieldLabels } from "../../provider/field-labels.ts";
import { findingOf, validationFailure } from "../../provider/failures.ts";
import type { Finding, Findings } from "../../provider/diagnose.ts";
import type { Settings } from "../../provider/settings.ts";
import { EndpointError, type FailureFacts } from "../endpoint/endpoint-error.ts";
import { curlOf } from "./curl.ts";
import { remedyOf, type Remedy } from "./remedies.ts";
import type { Problem } from "./report.ts";
import type { Wire } from "./wire.ts";

export interface Circumstances {
  readonly settings: Settings;
  readonly wire: Wire;
  readonly found?: Findings;
  /** The last answer that came. */
  readonly last?: FailureFacts | undefined;
  /** The environment variable that holds the key. */
  readonly keyVariable?: string | undefined;
  /** What apps will notice. */
  readonly limitation?: string;
}

/** The server's failure behind whatever was thrown. */
export function endpointErrorIn(failure: unknown): EndpointError | undefined {
  if (failure instanceof EndpointError) return failure;
  return failure instanceof Error ? endpointErrorIn(failure.cause) : undefined;
}

/** Whether the check's own time ended it, and not the server. */
export function ranOut(failure: unknown, timedOut: boolean): boolean {
  const kind = endpointErrorIn(failure)?.kind;
  return timedOut && (kind === undefined || kind === "aborted" || kind === "deadline");
}

export function findingIn(failure: unknown, settings: Settings, found?: Findings): Finding | undefined {
  const error = endpointErrorIn(failure);
  return error && findingOf(error, settings, found);
}

export function problemOf(failure: unknown, circumstances: Circumstances): Problem {
  const { settings, wire, found, last, keyVariable, limitation } = circumstances;
  const finding = findingIn(failure, settings, found);
  const shown = validationFailure(failure, settings, found, last);
  const message = shown instanceof Error ? shown.message : String(shown);
  const exchange = wire.at(-1);
  const remedy = finding ? remedyOf(finding) : remedyInWords(message);
  const said = endpointErrorIn(failure)?.facts.words;
  const field = finding?.field ?? remedy?.field;
  return {
    cause: finding?.cause.en ?? message,
    ...(finding?.remedy && { hint: finding.remedy.en }),
    ...(finding && { diagnosis: finding.id }),
    ...(field !== undefined && { field, label: labelOf(field) }),
    ...(remedy?.value !== undefined && { value: remedy.value, shown: remedy.shown }),
    ...(said && { said }),
    shownInDify: message,
    ...(limitation !== undefined && { limitation }),
    ...(exchange && { curl: curlOf(exchange, settings, keyVariable) }),
  };
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
  about: Pick<Problem, "hint" | "limitation" | "field" | "value"> & { curl?: string | undefined } = {},
): Problem {
  const { curl, ...rest } = about;
  return {
    cause,
    ...rest,
    ...(about.field !== undefined && { label: labelOf(about.field) }),
    ...(curl !== undefined && { curl }),
  };
}

/** The field's name in the form, without quotes. */
export function labelOf(field: string): string {
  return fieldLabel(field).slice(1, -1);
}

/** What to put into a form's field after a failure, where that can be known. */
import type { DiagnosisId } from "../../provider/diagnoses.ts";
import type { Finding } from "../../provider/diagnose.ts";
import { serverOrigin } from "./server-origin.ts";

export interface Remedy {
  readonly field: string;
  /** As Dify stores it. */
  readonly value: string;
  /** As the form shows it. */
  readonly shown: string;
}

/** For fields that are chosen, not typed: the value to choose, and its name in the form. */
const CHOICES: Partial<Record<DiagnosisId, Omit<Remedy, "field">>> = {
  "needs-chat": { value: "chat", shown: "Chat" },
  "needs-completion": { value: "completion", shown: "Completion" },
  "needs-responses": { value: "responses", shown: "Responses" },
  "responses-missing": { value: "chat", shown: "Chat" },
  "no-stream": { value: "off", shown: "Off" },
  "no-images": { value: "no_support", shown: "Off" },
  "no-audio": { value: "no_support", shown: "Off" },
  "no-video": { value: "no_support", shown: "Off" },
  "no-documents": { value: "no_support", shown: "Off" },
  "no-tools": { value: "no_call", shown: "Off" },
  "no-schema": { value: "not_supported", shown: "Off" },
};

/** Fields that say where the key goes. */
const ADDRESSES: ReadonlySet<string> = new Set(["endpoint_url", "fallback_url"]);

/** Nothing for fields that are Dify's own, such as the model type. */
export function remedyOf({ id, field, value }: Finding): Remedy | undefined {
  if (field === undefined) return undefined;
  const choice = CHOICES[id];
  if (choice) return { field, ...choice };
  return value === undefined ? undefined : { field, value, shown: value };
}

/** Whether a remedy may be tried unasked: the key goes to no other host than it was entered for. */
export function mayBeTried({ field, value }: Remedy, form: Readonly<Record<string, string>>): boolean {
  if (!ADDRESSES.has(field)) return true;
  const origin = serverOrigin(value);
  return origin !== undefined && origin === serverOrigin(form[field] ?? "");
}

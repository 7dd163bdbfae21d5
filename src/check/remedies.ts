/** What to put into a form's field after a failure, where that can be known. */
import type { Finding } from "../../provider/diagnose.ts";
import { shownValue } from "./choices.ts";
import { serverOrigin } from "./server-origin.ts";

export interface Remedy {
  readonly field: string;
  /** As Dify stores it. */
  readonly value: string;
  /** As the form shows it. */
  readonly shown: string;
}

/** Fields that say where the key goes. */
const ADDRESSES: ReadonlySet<string> = new Set(["endpoint_url", "fallback_url"]);

export function remedyOf({ field, value }: Finding): Remedy | undefined {
  if (field === undefined || value === undefined) return undefined;
  return { field, value, shown: shownValue(field, value) };
}

/** Whether a remedy may be tried unasked: the key goes to no other host than it was entered for. */
export function mayBeTried({ field, value }: Remedy, form: Readonly<Record<string, string>>): boolean {
  // Nor to a server that cannot prove who it is.
  if (field === "tls_verify") return false;
  if (!ADDRESSES.has(field)) return true;
  const origin = serverOrigin(value);
  return origin !== undefined && origin === serverOrigin(form[field] ?? "");
}

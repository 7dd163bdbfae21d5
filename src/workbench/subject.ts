/** One model with its form, as Dify would have stored it. */
import { readSettings, type Settings } from "../../provider/settings.ts";
import type { Complaint, ModelType, Subject } from "./contract.ts";
import { fill } from "./form.ts";
import { complaintsOf } from "./resolve.ts";
import { Scrub } from "./scrub.ts";
import type { Workshop } from "./workshop.ts";

export interface StoredModel {
  readonly type: ModelType;
  readonly model: string;
  /** With secrets: for the plugin and the engine alone. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly settings: Settings;
  /** What Dify or the plugin would refuse to save. */
  readonly complaints: readonly Complaint[];
  readonly scrub: Scrub;
}

/** What validation writes back besides the form's own fields. */
const WRITTEN_BACK = "learned";

export function storedModel({ type, model, values }: Subject, { form, secrets }: Workshop): StoredModel {
  const usable = secrets.usable(values["endpoint_url"] ?? "");
  const filled = fill(form, { ...values, ...usable }, type);
  const { learned } = values;
  const credentials = { ...filled.credentials, ...(learned && { [WRITTEN_BACK]: learned }) };
  const { settings } = readSettings(credentials);
  return {
    type,
    model,
    credentials,
    settings,
    complaints: [...filled.complaints, ...complaintsOf(filled.credentials, model, type)],
    scrub: new Scrub(settings, secrets.values),
  };
}

/** What validation is sent: the form's own fields. */
export function formOf({ credentials }: StoredModel): Readonly<Record<string, string>> {
  const { [WRITTEN_BACK]: _written, ...fields } = credentials;
  return fields;
}

/** What every request of Dify's says of its model. */
export function targetOf({ type, model, credentials }: StoredModel, provider: string): object {
  return { provider, model, model_type: type, credentials };
}

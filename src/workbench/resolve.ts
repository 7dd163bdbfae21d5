/** What a form comes to, by the plugin's own rules and without asking anybody. */
import { complaintsTold } from "../../provider/complaints.ts";
import type { Complaint as FieldComplaint } from "../../provider/complaints.ts";
import { readSettings, type Settings } from "../../provider/settings.ts";
import { readForm } from "../../provider/validation.ts";
import { operationOf } from "../check/operation-of.ts";
import { MODEL_TYPES } from "../check/stages.ts";
import { serverOrigin } from "../check/server-origin.ts";
import {
  alternativeUrls,
  readAddress,
  requestUrl,
  usesApiKeyHeader,
  type Address,
} from "../endpoint/address.ts";
import { Composer } from "../endpoint/compose.ts";
import { maskUrl } from "../endpoint/secrets.ts";
import { readLogin } from "../endpoint/url-login.ts";
import type { Complaint, Connection, ModelType, Resolved, Words } from "./contract.ts";
import { fill } from "./form.ts";
import type { Workshop } from "./workshop.ts";

export function resolve(connection: Connection, { form, secrets, demo }: Workshop): Resolved {
  const { type, models, values } = connection;
  const address = values["endpoint_url"] ?? "";
  const all = { ...values, ...secrets.usable(address) };
  const filled = fill(form, all, type);
  const withheld = secrets.withheld(address);
  const keySentAs = sentAs(filled.credentials, type);
  return {
    requests: MODEL_TYPES.map((each) =>
      request(each, models[each] ?? "", fill(form, all, each).credentials, values),
    ),
    complaints: [
      ...filled.complaints,
      ...complaintsOf(filled.credentials, models[type] ?? "", type).filter(
        ({ field }) => !filled.complaints.some((one) => one.field === field),
      ),
    ],
    ...(keySentAs !== undefined && { keySentAs }),
    ...(withheld?.origin !== undefined &&
      address !== "" && { keyWithheld: keptFor(withheld.origin, withheld.environment ?? "") }),
    isDemo: serverOrigin(address) === serverOrigin(demo.url),
  };
}

/** What the plugin itself finds wrong with a form. */
export function complaintsOf(
  credentials: Readonly<Record<string, string>>,
  model: string,
  type: ModelType,
): Complaint[] {
  return readForm({ credentials, model, model_type: type }).complaints.map(told);
}

function told(complaint: FieldComplaint): Complaint {
  return {
    field: complaint.field,
    message: { en_US: complaintsTold([complaint], "en"), zh_Hans: complaintsTold([complaint], "zh") },
  };
}

function request(
  type: ModelType,
  name: string,
  credentials: Readonly<Record<string, string>>,
  { learned = "" }: Readonly<Record<string, string>>,
): Resolved["requests"][number] {
  const { settings } = readSettings({ ...credentials, learned });
  const address = addressOf(settings);
  if (!address) return { type, method: "POST", others: [] };
  const operation = operationOf(type, settings);
  const model = settings.endpoint_model_name || name;
  const urls = [requestUrl(address, operation, model), ...alternativeUrls(address, operation, model)];
  const known = settings.learned.paths?.[operation];
  const found = urls.find((url) => new URL(url).pathname === known) ?? urls[0] ?? "";
  return {
    type,
    method: "POST",
    url: maskUrl(found),
    others: urls.filter((url) => url !== found).map(maskUrl),
  };
}

function addressOf({ endpoint_url }: Settings): Address | undefined {
  try {
    return readAddress(endpoint_url);
  } catch {
    // The form's complaints tell why.
    return undefined;
  }
}

function sentAs(credentials: Readonly<Record<string, string>>, type: ModelType): string | undefined {
  const { settings } = readSettings(credentials);
  const address = addressOf(settings);
  if (!address) return undefined;
  const { user, password } = readLogin(address.base);
  const usual = usesApiKeyHeader(address) ? "api-key" : "authorization";
  return new Composer({
    apiKey: settings.api_key[0] ?? "",
    login: user + password === "" ? "" : `${user}:${password}`,
    keyHeader: type === "tts" && settings.tts_api_format === "byteplus" ? "x-api-key" : usual,
    extraHeaders: settings.extra_headers,
  }).keySentAs;
}

function keptFor(origin: string, environment: string): Words {
  return {
    en_US: `The key of $${environment} belongs to ${origin} and is not sent anywhere else.`,
    zh_Hans: `$${environment} 中的密钥只属于 ${origin}，不会发送到其他服务器。`,
  };
}

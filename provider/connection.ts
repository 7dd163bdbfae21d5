/**
 * From a request of Dify's to the server it speaks of.
 */
import type { CallContext } from "../src/dify/models.ts";
import type { Credentials } from "../src/dify/requests.ts";
import { readAddress } from "../src/endpoint/address.ts";
import { Endpoint, type Call } from "../src/endpoint/endpoint.ts";
import { formFailure, invocationFailure, validationFailure } from "./failures.ts";
import { readSettings, type Settings } from "./settings.ts";

/** What names a server, and a model on it. */
export interface Target {
  model?: string;
  credentials: Credentials;
}

/** Dify's daemon rejects the schema of a longer name, and the model would vanish. */
const MAX_MODEL_NAME = 255;

/** A server, and the form's settings for it. */
export interface Connection {
  readonly settings: Settings;
  /** The model's name as the server knows it. */
  readonly model: string;
  /** Asks the server. @throws EndpointError */
  call<T>(question: Question<T>): Promise<T>;
}

/** A call without what the connection knows. */
export type Question<T> = Omit<Call<T>, "model" | "signal">;

/**
 * Runs one call against the target's server. Settings that make no sense are logged and replaced by
 * their defaults; whatever the server does wrong is thrown as a `DifyError` of the class that fits.
 */
export async function callEndpoint<T>(
  target: Target,
  context: CallContext,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { settings, complaints } = readSettings(target.credentials);
  for (const { field, reason } of complaints)
    context.log(`form field ${field} ${reason}; its default is used`);
  try {
    return await use(connect(target, settings, context));
  } catch (error) {
    throw invocationFailure(error);
  }
}

/** Like `callEndpoint` while the form is being saved: nothing is overlooked, and one class says so. */
export async function validateEndpoint(
  target: Target,
  context: CallContext,
  use: (connection: Connection) => Promise<void>,
): Promise<{ result: true }> {
  const { settings, complaints } = readSettings(target.credentials);
  if ((target.model?.length ?? 0) > MAX_MODEL_NAME) {
    complaints.push({ field: "model", reason: `must have at most ${MAX_MODEL_NAME} characters` });
  }
  if (complaints.length > 0) throw formFailure(complaints);
  try {
    await use(connect(target, settings, context));
  } catch (error) {
    throw validationFailure(error);
  }
  return { result: true };
}

function connect(target: Target, settings: Settings, context: CallContext): Connection {
  const endpoint = new Endpoint({
    address: readAddress(settings.endpoint_url),
    apiKey: settings.api_key,
    extraHeaders: settings.extra_headers,
    deadlines: {
      firstByte: settings.first_byte_timeout,
      idle: settings.idle_timeout,
      total: settings.request_timeout,
    },
    network: {
      connectTimeout: settings.connect_timeout,
      proxyUrl: settings.proxy_url,
      caCertificate: settings.ca_certificate,
      verifyTls: settings.tls_verify,
    },
    log: context.log,
  });
  const model = settings.endpoint_model_name || (target.model ?? "");
  const withExtra = <W extends { body?: object }>(way: W): W =>
    way.body ? { ...way, body: { ...way.body, ...settings.extra_body } } : way;
  return {
    settings,
    model,
    call: (question) =>
      endpoint.call({
        ...withExtra(question),
        ...(question.others && { others: question.others.map((way) => withExtra(way)) }),
        model,
        signal: context.signal,
      }),
  };
}

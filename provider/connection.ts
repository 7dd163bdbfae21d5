/**
 * From a request of Dify's to the server it speaks of.
 */
import type { CallContext } from "../src/dify/models.ts";
import type { Credentials } from "../src/dify/requests.ts";
import { budgetOf, type Budget, type Call } from "../src/endpoint/call.ts";
import { callWithFallback } from "../src/endpoint/with-fallback.ts";
import { withExtraBodies } from "./extra-body.ts";
import { formFailure, invocationFailure, validationFailure } from "./failures.ts";
import { deadlinesOf, serversOf, type Servers } from "./servers.ts";
import { readSettings, type Complaint, type Settings } from "./settings.ts";

/** What names a server, and a model on it. */
export interface Target {
  model?: string;
  model_type?: string;
  credentials: Credentials;
}

/** Dify's daemon rejects the schema of a longer name, and the model would vanish. */
const MAX_MODEL_NAME = 255;

/** A server, and the form's settings for it. */
export interface Connection {
  readonly settings: Settings;
  /** The model's name as the server knows it. */
  readonly model: string;
  /** One line for the daemon's log. */
  readonly log: (message: string) => void;
  /** Asks the server. @throws EndpointError */
  call<T>(question: Question<T>): Promise<T>;
}

/** A call without what the connection knows. */
export type Question<T> = Omit<Call<T>, "model" | "signal"> & {
  /** Fields this call adds to the body by hand; the form's come before them. */
  extraBody?: object;
};

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
    const servers = serversOf(settings, target.model_type ?? "", context);
    return await use(connect(target, settings, context, askServers(servers, context)));
  } catch (error) {
    throw invocationFailure(error, settings);
  }
}

/**
 * Like `callEndpoint` while the form is being saved: nothing is overlooked, and one class says so. Each
 * key is tried, and the fallback as well.
 */
export async function validateEndpoint(
  target: Target,
  context: CallContext,
  use: (connection: Connection) => Promise<void>,
): Promise<{ result: true }> {
  const { settings, complaints } = readSettings(target.credentials);
  complaints.push(...formComplaints(target, settings, complaints));
  if (complaints.length > 0) throw formFailure(complaints);
  try {
    const { first, fallback } = serversOf(settings, target.model_type ?? "", context);
    const [way, ...others] = [first, ...(fallback ? [fallback] : [])].flatMap((server) => server.waysToAsk());
    const tryOut = (ask: Ask): Promise<void> => use(connect(target, settings, context, ask));
    // What is wrong with the first is mostly wrong with all.
    if (way) await tryOut(way);
    const results = await Promise.allSettled(others.map(tryOut));
    const failed = results.find((result) => result.status === "rejected");
    if (failed) throw failed.reason;
  } catch (error) {
    throw validationFailure(error, settings);
  }
  return { result: true };
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

/** Sends one call. */
type Ask = <T>(call: Call<T>, budget: Budget) => Promise<T>;

function askServers({ first, fallback }: Servers, { log }: CallContext): Ask {
  return (call, budget) =>
    fallback ? callWithFallback(first, fallback, call, budget, log) : first.call(call, budget);
}

function connect(target: Target, settings: Settings, context: CallContext, ask: Ask): Connection {
  const model = settings.endpoint_model_name || (target.model ?? "");
  return {
    settings,
    model,
    log: context.log,
    call({ extraBody = {}, ...question }) {
      const call = {
        ...question,
        ...(question.body && { body: withExtraBodies(question.body, [settings.extra_body, extraBody]) }),
        model,
        signal: context.signal,
      };
      return ask(call, budgetOf(call, deadlinesOf(settings)));
    },
  };
}

/**
 * From a request of Dify's to the server it speaks of.
 */
import type { CallContext } from "../src/dify/models.ts";
import { readAddress, type Address } from "../src/endpoint/address.ts";
import { budgetOf, withBodies, type Budget, type Call, type Way } from "../src/endpoint/call.ts";
import { callWithFallback } from "../src/endpoint/with-fallback.ts";
import { withExtraBodies } from "./extra-body.ts";
import { invocationFailure } from "./failures.ts";
import { deadlinesOf, serversOf, type Servers } from "./servers.ts";
import { readSettings, type Settings } from "./settings.ts";
import type { Target } from "./target.ts";

/** A server, and the form's settings for it. */
export interface Connection {
  readonly settings: Settings;
  readonly address: Address;
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
    context.log(`form field ${field} ${reason.en}; its default is used`);
  try {
    return await use(connect(target, settings, context));
  } catch (error) {
    throw invocationFailure(error, settings);
  }
}

/** Sends one call. */
type Ask = <T>(call: Call<T>, budget: Budget) => Promise<T>;

function askServers({ first, fallback }: Servers, { log }: CallContext): Ask {
  return (call, budget) =>
    fallback ? callWithFallback(first, fallback, call, budget, log) : first.call(call, budget);
}

/** @throws InvalidAddress */
export function connect(target: Target, settings: Settings, context: CallContext): Connection {
  const servers = serversOf(settings, target, context);
  return connection(target, settings, context, askServers(servers, context));
}

/** One connection for each key of the first server, and of the fallback. @throws InvalidAddress */
export function connectByEach(target: Target, settings: Settings, context: CallContext): Connection[] {
  const { first, fallback } = serversOf(settings, target, context);
  const ways = [first, ...(fallback ? [fallback] : [])].flatMap((server) => server.waysToAsk());
  return ways.map((ask) => connection(target, settings, context, ask));
}

function connection(target: Target, settings: Settings, context: CallContext, ask: Ask): Connection {
  const model = settings.endpoint_model_name || (target.model ?? "");
  return {
    settings,
    address: readAddress(settings.endpoint_url),
    model,
    log: context.log,
    call({ extraBody = {}, ...question }) {
      const { others } = question;
      const complete = <W extends Way<unknown>>(way: W): W =>
        withBodies(way, (body) => withExtraBodies(body, [settings.extra_body, extraBody]));
      const call = {
        ...complete(question),
        ...(others && { others: others.map(complete) }),
        model,
        signal: context.signal,
      };
      return ask(call, budgetOf(call, deadlinesOf(settings)));
    },
  };
}

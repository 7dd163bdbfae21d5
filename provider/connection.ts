/**
 * From a request of Dify's to the server it speaks of.
 */
import type { CallContext } from "../src/dify/models.ts";
import type { Address } from "../src/endpoint/address.ts";
import { withBodies, withBudget, type Budget, type Call, type Way } from "../src/endpoint/call.ts";
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
export type Question<T> = Omit<Call<T>, "model" | "signal" | "log"> & {
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

function askServers({ first, fallback }: Servers): Ask {
  return (call, budget) =>
    fallback ? callWithFallback(first, fallback, call, budget) : first.call(call, budget);
}

/** @throws InvalidAddress */
export function connect(target: Target, settings: Settings, context: CallContext): Connection {
  const servers = serversOf(settings, target);
  return connection(target, settings, context, servers.address, askServers(servers));
}

/** One connection for each key of the first server, and of the fallback. @throws InvalidAddress */
export function connectByEach(target: Target, settings: Settings, context: CallContext): Connection[] {
  const { address, first, fallback } = serversOf(settings, target);
  const ways = [first, ...(fallback ? [fallback] : [])].flatMap((server) => server.waysToAsk());
  return ways.map((ask) => connection(target, settings, context, address, ask));
}

function connection(
  target: Target,
  settings: Settings,
  context: CallContext,
  address: Address,
  ask: Ask,
): Connection {
  const model = settings.endpoint_model_name || (target.model ?? "");
  return {
    settings,
    address,
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
        log: context.log,
      };
      return withBudget(call, deadlinesOf(settings), (budget) => ask(call, budget));
    },
  };
}

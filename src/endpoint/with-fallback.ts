/**
 * A second server that answers while the first one cannot.
 */
import { mayGoOn, type Budget, type Call } from "./call.ts";
import { EndpointError, type FailureKind } from "./endpoint-error.ts";
import { Memory } from "./memory.ts";
import type { Server } from "./server.ts";

/** The server cannot answer now, whatever is asked; another one may. */
const UNAVAILABLE: ReadonlySet<FailureKind> = new Set([
  "rate-limited",
  "no-credit",
  "overloaded",
  "loading",
  "server-error",
  "truncated",
  "network",
  "certificate",
  "proxy",
  "deadline",
]);

/** How long a server that failed is asked second, in milliseconds. */
const DOWN_MS = 30_000;
const MAX_SERVERS_KNOWN = 500;

const down = new Memory<true>(MAX_SERVERS_KNOWN);

/**
 * Asks the first server and, when that one cannot answer, the fallback; for a while after that, the other
 * way round. When both fail, the first one's failure is told, the fallback's with it.
 *
 * @throws EndpointError
 */
export async function callWithFallback<T>(
  first: Server,
  fallback: Server,
  call: Call<T>,
  budget: Budget,
): Promise<T> {
  const { log } = call;
  const subject = `${first.identity}\n${call.model}`;
  const isDown = down.get(subject) === true;
  const [one, other] = isDown ? [fallback, first] : [first, fallback];
  if (isDown) log(`${first.name} failed a moment ago, model "${call.model}": the fallback is asked first`);
  try {
    return await one.call(call, budget, isUnavailable);
  } catch (error) {
    if (!mayGoOn(error, call, budget) || !(isDown || isUnavailable(error))) throw error;
    if (!isDown) down.set(subject, true, DOWN_MS);
    const [failed, next] = isDown ? ["the fallback", first.name] : [first.name, "the fallback"];
    log(`${failed} failed (${error.kind}), model "${call.model}": ${next} is asked`);
    const result = await other.call(call, budget).catch((second: unknown) => {
      // Parts of the second answer are out: the failure is that answer's.
      if (call.passedOn?.()) throw second;
      throw isDown ? told(second, error) : told(error, second);
    });
    if (isDown) down.delete(subject);
    return result;
  }
}

function isUnavailable({ kind }: EndpointError): boolean {
  return UNAVAILABLE.has(kind);
}

/** The first server's failure, with the fallback's. */
function told(error: unknown, fallback: unknown): unknown {
  if (!(error instanceof EndpointError)) return error;
  return new EndpointError(error.kind, { ...error.facts, fallback }, { cause: error });
}

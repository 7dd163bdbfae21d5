/** A server with the keys it may be asked with; most have one, or none. */
import { usesApiKeyHeader } from "./address.ts";
import { withBodies, type Budget, type Call, type Elsewhere } from "./call.ts";
import type { KeyHeader } from "./compose.ts";
import { Endpoint, type EndpointOptions } from "./endpoint.ts";
import { EndpointError, type FailureFacts } from "./endpoint-error.ts";
import { bestKeyFailure, isKeyFailure, KeyRing } from "./key-ring.ts";
import { maskUrl } from "./secrets.ts";

export interface ServerOptions extends Omit<EndpointOptions, "apiKey" | "keyHeader" | "about"> {
  /** Absent: the one the address asks for. */
  keyHeader?: KeyHeader;
  /** Empty: no header carries a key. */
  apiKeys: readonly string[];
  /** The model's name at this server; absent: the one a call brings. */
  model?: string;
  /** It stands in for another server. */
  isFallback?: true;
}

/** Requests that are left to the other server when one has more keys than a call has requests. */
const LEFT_TO_OTHER = 2;

const nowhere: Elsewhere = () => false;

export class Server {
  readonly #options: ServerOptions;
  readonly #keys: readonly string[];
  readonly #endpoints = new Map<string, Endpoint>();

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#keys = keysSent(options);
  }

  /** For the log, without secrets. */
  get name(): string {
    return maskUrl(this.#options.address.base);
  }

  /** What tells it from every other server, its secrets included. */
  get identity(): string {
    return [this.#options.address.base, ...this.#keys].join("\n");
  }

  /** One way to ask this server for each key, with that key alone. */
  waysToAsk(): (<T>(call: Call<T>, budget: Budget) => Promise<T>)[] {
    return this.#keys.map((key) => (call, budget) => this.#ask(key, call, budget, nowhere));
  }

  /** Asks with one key after the other where another may help. @throws EndpointError */
  async call<T>(call: Call<T>, budget: Budget, elsewhere: Elsewhere = nowhere): Promise<T> {
    const ring = new KeyRing(this.#keys, `${this.#options.address.base}\n${call.model}`);
    const failures: EndpointError[] = [];
    let [key = "", ...others] = ring.inTurn();
    for (;;) {
      const [next, ...rest] = others;
      const elsewhereOrNext: Elsewhere = (error) =>
        elsewhere(error) || (next !== undefined && isKeyFailure(error));
      ring.use(key);
      try {
        // The next key depends on how this one did.
        // oxlint-disable-next-line no-await-in-loop
        const result = await this.#ask(key, call, budget, elsewhereOrNext);
        ring.worked(key);
        return result;
      } catch (error) {
        if (!(error instanceof EndpointError) || !isKeyFailure(error)) throw error;
        ring.failed(key, error);
        if (call.passedOn?.()) throw error;
        failures.push(error);
        const spare = elsewhere(error) ? LEFT_TO_OTHER : 0;
        if (next === undefined || budget.requests <= spare || budget.signal.aborted) {
          throw tellingFailure(failures, error);
        }
        call.log(
          `key ${this.#position(key)} of ${this.#keys.length} failed (${error.kind}) at ${this.name}, ` +
            `model "${call.model}": key ${this.#position(next)} is tried`,
        );
        [key, ...others] = [next, ...rest];
      }
    }
  }

  #position(key: string): number {
    return this.#keys.indexOf(key) + 1;
  }

  #ask<T>(key: string, call: Call<T>, budget: Budget, elsewhere: Elsewhere): Promise<T> {
    const endpoint = this.#endpoints.get(key) ?? this.#endpoint(key);
    this.#endpoints.set(key, endpoint);
    const { model } = this.#options;
    return endpoint.call(model === undefined ? call : renamed(call, model), budget, elsewhere);
  }

  #endpoint(key: string): Endpoint {
    const count = this.#keys.length;
    const about: Partial<FailureFacts> = {
      ...(count > 1 && { key: { position: this.#position(key), count } }),
      ...(this.#options.isFallback && { ofFallback: true }),
    };
    return new Endpoint({ ...this.#options, keyHeader: keyHeader(this.#options), apiKey: key, about });
  }
}

function keyHeader({ keyHeader: wanted, address }: ServerOptions): KeyHeader {
  return wanted ?? (usesApiKeyHeader(address) ? "api-key" : "authorization");
}

/** A header of one's own may replace the key's: then the keys make no difference. */
function keysSent(options: ServerOptions): readonly string[] {
  const { apiKeys, extraHeaders } = options;
  const [first = ""] = apiKeys;
  return apiKeys.length === 0 || keyHeader(options) in extraHeaders ? [first] : apiKeys;
}

function renamed<T>(call: Call<T>, model: string): Call<T> {
  const rename = (body: object): object => ("model" in body ? { ...body, model } : body);
  return {
    ...withBodies(call, rename),
    model,
    ...(call.others && { others: call.others.map((way) => withBodies(way, rename)) }),
  };
}

/** Of the failures of several keys, the one that is the likeliest to pass. */
function tellingFailure(failures: readonly EndpointError[], last: EndpointError): EndpointError {
  const { kind, facts } = bestKeyFailure(failures) ?? last;
  if (!facts.key || failures.length === 1) return last;
  const key = { ...facts.key, others: failures.length - 1 };
  return new EndpointError(kind, { ...facts, key }, { cause: last });
}

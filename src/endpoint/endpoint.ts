import { setTimeout as sleep } from "node:timers/promises";
import { alternativeUrls, requestUrl, usesApiKeyHeader, type Address, type Operation } from "./address.ts";
import { Answer } from "./answer.ts";
import { Composer, type Draft } from "./compose.ts";
import { EndpointError, type FailureFacts } from "./endpoint-error.ts";
import { callSignal, send, transportFailure, type Deadlines } from "./http.ts";
import { Learned } from "./learned.ts";
import type { NetworkOptions } from "./network.ts";
import { adapt, adaptationFor, describeAdaptation, type Adaptation } from "./refusals.ts";
import { retryDelay } from "./retry.ts";
import { maskUrl } from "./secrets.ts";

export interface EndpointOptions {
  address: Address;
  /** Empty: no header carries a key. */
  apiKey: string;
  extraHeaders: Readonly<Record<string, string>>;
  deadlines: Deadlines;
  network: NetworkOptions;
  /** Gets one line whenever a request was changed to please the server. */
  log: (message: string) => void;
}

/** One question to a server, and how its answer is read. */
export interface Call<T> {
  operation: Operation;
  /** Absent: asks by GET. */
  body?: object;
  /** Sends the fields of `body` as a form. */
  form?: boolean;
  /** The name sent to the server. */
  model: string;
  signal: AbortSignal;
  /** Reads the answer; called again, from the start, when the request is tried again. */
  read: (answer: Answer) => Promise<T>;
  /** True once parts of an answer were passed on: then nothing is tried again. */
  passedOn?: () => boolean;
}

/** Requests one call may cost, whatever they are for. */
const MAX_REQUESTS = 6;

const learned = new Learned();

/**
 * A server that is almost OpenAI's. A call tries again what may pass, tries the obvious other address
 * when there is nothing at the first, and changes a request that names a field the server refuses; what
 * helped is remembered.
 */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #composer: Composer;

  constructor(options: EndpointOptions) {
    this.#options = options;
    const { address, apiKey, extraHeaders } = options;
    this.#composer = new Composer({
      base: address.base,
      apiKey,
      apiKeyHeader: usesApiKeyHeader(address),
      extraHeaders,
    });
  }

  /** @throws EndpointError */
  async call<T>(call: Call<T>): Promise<T> {
    const { address, deadlines, log } = this.#options;
    const { operation, model, body = {} } = call;
    const lesson = learned.about(address.base, model);
    const whole = callSignal(deadlines, call.signal);
    const urls = candidateUrls(address, operation, model, lesson.urls[operation]);
    const adaptations: Adaptation[] = [...lesson.adaptations];
    const failures: EndpointError[] = [];
    let [url = "", ...others] = urls;
    let attempt = 1;
    for (let requests = 1; ; requests += 1) {
      try {
        // Each attempt depends on how the one before it went.
        // oxlint-disable-next-line no-await-in-loop
        const result = await this.#attempt(call, url, adapt(body, adaptations), whole);
        if (url !== urls[0]) learned.rememberUrl(address.base, model, operation, url);
        return result;
      } catch (error) {
        if (!(error instanceof EndpointError) || call.passedOn?.() || requests >= MAX_REQUESTS) throw error;
        const adaptation = adaptationFor(error, adapt(body, adaptations));
        const next = isPathLike(error) ? others[0] : undefined;
        if (adaptation) {
          adaptations.push(adaptation);
          learned.rememberAdaptation(address.base, model, adaptation);
          log(
            `${maskUrl(url)} refuses a field, model "${model}": from now on ${describeAdaptation(adaptation)}`,
          );
        } else if (next !== undefined) {
          failures.push(error);
          [url, ...others] = [next, ...others.slice(1)];
          attempt = 1;
        } else {
          const delay = retryDelay(error, attempt, Math.random());
          if (delay === undefined) throw tellingFailure(error, failures);
          attempt += 1;
          // oxlint-disable-next-line no-await-in-loop
          await sleep(delay, undefined, { signal: whole }).catch(() => {
            throw error;
          });
        }
      }
    }
  }

  async #attempt<T>(call: Call<T>, url: string, body: object, signal: AbortSignal): Promise<T> {
    const { apiKey, extraHeaders, deadlines, network } = this.#options;
    const draft: Draft = {
      method: call.body ? "POST" : "GET",
      url,
      ...(call.body && { body }),
      ...(call.form && { form: true }),
    };
    const facts: FailureFacts = {
      method: draft.method,
      url: maskUrl(url),
      ...(call.model !== "" && { model: call.model }),
    };
    let answer: Answer;
    try {
      const http = await send(await this.#composer.compose(draft), deadlines, network, signal);
      answer = new Answer(http, url, facts, [apiKey, ...Object.values(extraHeaders)]);
    } catch (error) {
      throw transportFailure(error, facts, false);
    }
    if (!answer.ok) throw await answer.failure();
    return call.read(answer);
  }
}

function candidateUrls(
  address: Address,
  operation: Operation,
  model: string,
  remembered: string | undefined,
): string[] {
  const urls = [requestUrl(address, operation, model), ...alternativeUrls(address, operation, model)];
  if (remembered === undefined) return urls;
  return [remembered, ...urls.filter((url) => url !== remembered)];
}

/** There seems to be nothing of the kind at this address. */
function isPathLike({ kind }: EndpointError): boolean {
  return kind === "path-unknown" || kind === "web-page" || kind === "redirected";
}

/** When no address has it, the first failure is the one to tell: it is about the address as it was given. */
function tellingFailure(last: EndpointError, earlier: readonly EndpointError[]): EndpointError {
  const [first, ...between] = earlier;
  if (!first || !isPathLike(last)) return last;
  const tried = [...between, last].map(({ facts }) => facts.url);
  return new EndpointError(first.kind, { ...first.facts, tried }, { cause: first });
}

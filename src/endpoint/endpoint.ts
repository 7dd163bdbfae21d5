import { setTimeout as sleep } from "node:timers/promises";
import { alternativeUrls, requestUrl, usesApiKeyHeader, type Address } from "./address.ts";
import { Answer } from "./answer.ts";
import type { Budget, Call, Elsewhere } from "./call.ts";
import { Composer, type Draft } from "./compose.ts";
import { EndpointError, type FailureFacts } from "./endpoint-error.ts";
import { mayFollow, redirectTarget, send, transportFailure, type Deadlines } from "./http.ts";
import { Learned } from "./learned.ts";
import type { NetworkOptions } from "./network.ts";
import { adapt, describeAdaptation, type Adaptation } from "./adaptation.ts";
import { adaptationsFor, lasts } from "./refusals.ts";
import { hurriedDelay, retryDelay } from "./retry.ts";
import { maskUrl, secretsOf } from "./secrets.ts";
import { readLogin } from "./url-login.ts";

export interface EndpointOptions {
  address: Address;
  /** Empty: no header carries a key. */
  apiKey: string;
  /** Hidden in what is shown, besides what is sent. */
  secrets: readonly string[];
  /** Told with every failure. */
  about: Partial<FailureFacts>;
  extraHeaders: Readonly<Record<string, string>>;
  deadlines: Deadlines;
  network: NetworkOptions;
  /** Gets one line whenever a request was changed to please the server. */
  log: (message: string) => void;
}

type Asked = Pick<Call<unknown>, "operation" | "model">;

const learned = new Learned();

/**
 * A server that is almost OpenAI's, asked with one key. A call tries again what may pass, tries the obvious
 * other address when there is nothing at the first, and changes a request that names a field the server
 * refuses; what helped is remembered.
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
      login: loginOf(address.base),
      apiKeyHeader: usesApiKeyHeader(address),
      extraHeaders,
    });
  }

  /** Takes what it needs from the budget. @throws EndpointError */
  async call<T>(call: Call<T>, budget: Budget, elsewhere: Elsewhere): Promise<T> {
    const { address, log } = this.#options;
    const { operation, model, body = {} } = call;
    const urls = [requestUrl(address, operation, model), ...alternativeUrls(address, operation, model)];
    const subject = `${maskUrl(urls[0] ?? "")}\n${model}`;
    const lesson = learned.about(subject);
    // What answered before comes first, the others stay in their order.
    const candidates = [
      lesson.candidate,
      ...urls.map((_url, index) => index).filter((i) => i !== lesson.candidate),
    ];
    const adaptations: Adaptation[] = [...lesson.adaptations];
    const lasting: Adaptation[] = [...lesson.adaptations];
    const failures: EndpointError[] = [];
    let [candidate = 0, ...others] = candidates;
    for (let attempt = 1; ; attempt += 1) {
      const adapted = adapt(body, adaptations);
      const url = urls[candidate] ?? "";
      try {
        // Each attempt depends on how the one before it went.
        // oxlint-disable-next-line no-await-in-loop
        const result = await this.#attempt(call, url, adapted, budget);
        if (candidate !== lesson.candidate || lasting.length > lesson.adaptations.length) {
          learned.remember(subject, { candidate, adaptations: lasting });
        }
        return result;
      } catch (error) {
        if (!(error instanceof EndpointError) || call.passedOn?.()) throw error;
        const next = others[0];
        const changes = adaptationsFor(error, adapted, adaptations);
        if (budget.requests <= 0) throw tellingFailure(error, failures);
        if (changes.length > 0) {
          adaptations.push(...changes);
          lasting.push(...changes.filter((change) => lasts(change, error)));
          const what = changes.map(describeAdaptation).join(", ");
          log(`${maskUrl(url)} is asked again, model "${model}": ${what}`);
        } else if (isPathLike(error) && next !== undefined) {
          failures.push(error);
          [candidate, ...others] = [next, ...others.slice(1)];
          attempt = 0;
        } else {
          const delay = (elsewhere(error) ? hurriedDelay : retryDelay)(error, attempt, Math.random());
          if (delay === undefined) throw tellingFailure(error, failures);
          // oxlint-disable-next-line no-await-in-loop
          await sleep(delay, undefined, { signal: budget.signal }).catch(() => {
            throw error;
          });
        }
      }
    }
  }

  async #attempt<T>(call: Call<T>, url: string, body: object, budget: Budget): Promise<T> {
    const draft: Draft = {
      method: call.body ? "POST" : "GET",
      url,
      ...(call.body && { body }),
      ...(call.form && { form: true }),
    };
    const answer = await this.#ask(draft, call, budget);
    if (!answer.ok) throw await answer.failure();
    return call.read(answer);
  }

  /** Sends a request, and once more where it is redirected to. */
  async #ask(draft: Draft, call: Asked, budget: Budget): Promise<Answer> {
    const { apiKey, secrets, about, extraHeaders, deadlines, network } = this.#options;
    const { method, url } = draft;
    const { operation, model } = call;
    const { keySentAs } = this.#composer;
    const facts: FailureFacts = {
      operation,
      method,
      url: maskUrl(url),
      ...(model !== "" && { model }),
      ...(keySentAs !== undefined && { keySentAs }),
      ...about,
    };
    const started = performance.now();
    try {
      budget.requests -= 1;
      const http = await send(await this.#composer.compose(draft), deadlines, network, budget.signal);
      const waited = performance.now() - started;
      const answer = new Answer(http, {
        url,
        facts,
        secrets: () => secretsOf([apiKey, ...secrets], extraHeaders, url),
        pace: { firstByte: Math.max(1, deadlines.firstByte - waited), idle: deadlines.idle },
      });
      const target = redirectTarget(http, url);
      if (!target || !mayFollow(method, http.statusCode, url, target) || budget.requests <= 0) return answer;
      await answer.discard();
      return await this.#ask({ ...draft, url: target }, call, budget);
    } catch (error) {
      const failure = transportFailure(error, facts, false);
      if (failure.kind !== "network" || !isAbout(error, network.proxyUrl)) throw failure;
      throw new EndpointError("proxy", failure.facts, { cause: failure });
    }
  }
}

/** Whether a connection failed on the way to this address; Node names the one it tried. */
function isAbout(error: unknown, address: string): boolean {
  if (address === "" || !(error instanceof Error)) return false;
  const { hostname, port } = new URL(address);
  const tried = error as { port?: unknown; hostname?: unknown };
  if (String(tried.port) === port || tried.hostname === hostname) return true;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return isAbout(inner, address);
}

/** `user:password` in the address; empty for none. */
function loginOf(base: string): string {
  const { user, password } = readLogin(base);
  return user === "" && password === "" ? "" : `${user}:${password}`;
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

import { setTimeout as sleep } from "node:timers/promises";
import { alternativeUrls, requestUrl, type Address, type Operation } from "./address.ts";
import { Answer } from "./answer.ts";
import type { Budget, Call, Elsewhere, Way } from "./call.ts";
import { Candidates, candidatesOf, type Candidate } from "./candidates.ts";
import { Composer, type Draft, type KeyHeader } from "./compose.ts";
import { EndpointError, type FailureFacts } from "./endpoint-error.ts";
import { mayFollow, redirectTarget, send, transportFailure, type Deadlines } from "./http.ts";
import { Learned } from "./learned.ts";
import type { NetworkOptions } from "./network.ts";
import { adapt, describeAdaptation, type Adaptation } from "./adaptation.ts";
import { adaptationsFor, lasts } from "./refusals.ts";
import { enter } from "./request-limits.ts";
import { hurriedDelay, retryDelay } from "./retry.ts";
import { maskUrl, secretsOf } from "./secrets.ts";
import { readLogin } from "./url-login.ts";

export interface EndpointOptions {
  address: Address;
  /** Empty: no header carries a key. */
  apiKey: string;
  keyHeader: KeyHeader;
  /** Hidden in what is shown, besides what is sent. */
  secrets: readonly string[];
  /** Told with every failure. */
  about: Partial<FailureFacts>;
  /** Operation → the path it was found at, known from an earlier process. */
  paths: Readonly<Record<string, string>>;
  extraHeaders: Readonly<Record<string, string>>;
  deadlines: Deadlines;
  network: NetworkOptions;
}

type Asked = Pick<Call<unknown>, "operation" | "model">;

/** The addresses an operation may have for a model, the likeliest first. */
interface Route {
  readonly urls: readonly string[];
  /** All of them, because an address may be the first of several, or the only one. */
  readonly subject: string;
}

/** What helped with one operation of a server, for one model. */
interface Lesson {
  /** Which candidate answered; 0 is the first choice. */
  readonly candidate: number;
  readonly adaptations: readonly Adaptation[];
}

const learned = new Learned<Lesson>();

/**
 * A server that is almost OpenAI's, asked with one key. A call tries again what may pass, tries the obvious
 * other address when there is nothing at the first, and changes a request that names a field the server
 * refuses; what helped is remembered.
 */
export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #composer: Composer;
  readonly #routes = new Map<string, Route>();

  constructor(options: EndpointOptions) {
    this.#options = options;
    const { address, apiKey, keyHeader, extraHeaders } = options;
    this.#composer = new Composer({ apiKey, login: loginOf(address.base), keyHeader, extraHeaders });
  }

  /** Takes what it needs from the budget. @throws EndpointError */
  async call<T>(call: Call<T>, budget: Budget, elsewhere: Elsewhere): Promise<T> {
    const { operation, model, variant = "", within, log } = call;
    const route = this.#route(operation, model);
    const all = candidatesOf(call, route.urls);
    const subject = `${route.subject}\n${variant}`;
    const known = learned.about(subject);
    const lesson = known ?? { candidate: this.#knownCandidate(all, operation), adaptations: [] };
    const candidates = new Candidates(all, lesson.candidate);
    const adaptations: Adaptation[] = [...lesson.adaptations];
    const lasting: Adaptation[] = [...lesson.adaptations];
    for (let attempt = 1; ; attempt += 1) {
      const { url, way } = candidates.candidate;
      const adapted = adapt(bodyOf(way), adaptations);
      try {
        // Each attempt depends on how the one before it went.
        // oxlint-disable-next-line no-await-in-loop
        const result = await this.#attempt(call, way, url, adapted, budget);
        const foundOut = known === undefined && call.others !== undefined;
        const { current: candidate } = candidates;
        if (foundOut || candidate !== lesson.candidate || lasting.length > lesson.adaptations.length) {
          learned.remember(subject, { candidate, adaptations: lasting });
        }
        return result;
      } catch (error) {
        if (!(error instanceof EndpointError) || call.passedOn?.()) throw error;
        if (budget.requests <= 0) throw candidates.tellingFailure(error);
        const changes = adaptationsFor(error, adapted, adaptations);
        if (changes.length > 0) {
          adaptations.push(...changes);
          lasting.push(...changes.filter((change) => lasts(change, error)));
          const what = changes.map(describeAdaptation).join(", ");
          log(`${maskUrl(url)} is asked again, model "${model}": ${what}`);
        } else if (candidates.next(error, known === undefined)) {
          attempt = 0;
        } else {
          const delayFor = elsewhere(error) ? hurriedDelay : retryDelay;
          const delay = within === undefined ? delayFor(error, attempt, Math.random()) : undefined;
          if (delay === undefined) throw candidates.tellingFailure(error);
          // oxlint-disable-next-line no-await-in-loop
          await sleep(delay, undefined, { signal: budget.signal }).catch(() => {
            throw error;
          });
        }
      }
    }
  }

  #route(operation: Operation, model: string): Route {
    const name = `${operation}\n${model}`;
    const known = this.#routes.get(name);
    if (known) return known;
    const { address } = this.#options;
    const urls = [requestUrl(address, operation, model), ...alternativeUrls(address, operation, model)];
    const route = { urls, subject: [...urls.map((url) => maskUrl(url)), model].join("\n") };
    this.#routes.set(name, route);
    return route;
  }

  /** Where an operation was found earlier; the first choice when nothing is known. */
  #knownCandidate(all: readonly Candidate<unknown>[], operation: Operation): number {
    const known = this.#options.paths[operation];
    const found = all.findIndex(({ url }) => known !== undefined && new URL(url).pathname === known);
    return Math.max(0, found);
  }

  async #attempt<T>(call: Call<T>, way: Way<T>, url: string, body: object, budget: Budget): Promise<T> {
    const draft: Draft = {
      method: way.body ? "POST" : "GET",
      url,
      ...(way.body && { body }),
      ...(way.form && { form: true }),
    };
    const leave = await this.#turn(call, draft, budget.signal);
    try {
      const answer = await this.#ask(draft, call, budget);
      if (!answer.ok) throw await answer.failure();
      return await way.read(answer);
    } finally {
      leave();
    }
  }

  /** Waits until the request may be sent; the function returned tells that it is over. */
  async #turn(call: Call<unknown>, draft: Draft, signal: AbortSignal): Promise<() => void> {
    if (!call.limits) return () => undefined;
    try {
      return await enter(this.#options.address.base, call.limits, signal);
    } catch (error) {
      throw transportFailure(error, this.#facts(draft, call), false);
    }
  }

  #facts({ method, url }: Draft, { operation, model }: Asked): FailureFacts {
    const { keySentAs } = this.#composer;
    return {
      operation,
      method,
      url: maskUrl(url),
      ...(model !== "" && { model }),
      ...(keySentAs !== undefined && { keySentAs }),
      ...this.#options.about,
    };
  }

  /** Sends a request, and once more where it is redirected to. */
  async #ask(draft: Draft, call: Asked, budget: Budget): Promise<Answer> {
    const { apiKey, secrets, extraHeaders, deadlines, network } = this.#options;
    const { method, url } = draft;
    const facts = (): FailureFacts => this.#facts(draft, call);
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
      const failure = transportFailure(error, facts(), false);
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

function bodyOf({ body = {} }: Way<unknown>): object {
  return typeof body === "function" ? (body as () => object)() : body;
}

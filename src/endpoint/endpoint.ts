import { setTimeout as sleep } from "node:timers/promises";
import { alternativeUrls, requestUrl, usesApiKeyHeader, type Address, type Operation } from "./address.ts";
import { Answer } from "./answer.ts";
import { Composer, type Draft } from "./compose.ts";
import { EndpointError, type FailureFacts } from "./endpoint-error.ts";
import { callSignal, mayFollow, redirectTarget, send, transportFailure, type Deadlines } from "./http.ts";
import { Learned, NOTHING, type Lesson } from "./learned.ts";
import type { NetworkOptions } from "./network.ts";
import { adapt, adaptationFor, describeAdaptation, type Adaptation } from "./refusals.ts";
import { retryDelay } from "./retry.ts";
import { maskUrl, secretsOf } from "./secrets.ts";
import { readLogin } from "./url-login.ts";

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

/** One way to put a question, and how its answer is read. */
export interface Way<T> {
  /** Absent: asks by GET. */
  body?: object;
  /** Reads the answer; called again, from the start, when the request is tried again. */
  read: (answer: Answer) => Promise<T>;
  /** Matches the end of the paths it is meant for; absent: all. */
  path?: RegExp;
  /** Its path serves models that are refused, or not known, at the server's other paths. */
  ownModels?: true;
}

/** One question to a server. */
export interface Call<T> extends Way<T> {
  operation: Operation;
  /** Other ways to put the question, to be tried in this order at a server that refuses the first. */
  others?: readonly Way<T>[];
  /** Tells questions of one operation apart that are put in different ways. */
  variant?: string;
  /** Sends the fields of `body` as a form. */
  form?: boolean;
  /** The name sent to the server. */
  model: string;
  signal: AbortSignal;
  /** True once parts of an answer were passed on: then nothing is tried again. */
  passedOn?: () => boolean;
}

/** Requests one call may cost, whatever they are for. */
const MAX_REQUESTS = 6;

const learned = new Learned<Lesson>();

/** Which way is taken at which address. */
interface Candidate<T> {
  readonly url: string;
  readonly way: Way<T>;
}

/** What is left of a call's requests, and when it must end. */
interface Budget {
  requests: number;
  readonly signal: AbortSignal;
}

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
      login: loginOf(address.base),
      apiKeyHeader: usesApiKeyHeader(address),
      extraHeaders,
    });
  }

  /** @throws EndpointError */
  async call<T>(call: Call<T>): Promise<T> {
    const { address, deadlines, log } = this.#options;
    const { operation, model, variant = "" } = call;
    const urls = [requestUrl(address, operation, model), ...alternativeUrls(address, operation, model)];
    const candidates = candidatesOf(call, urls);
    // All of them: an address may be the first of several, or the only one.
    const subject = [...urls.map((url) => maskUrl(url)), model, variant].join("\n");
    const known = learned.about(subject);
    const lesson = known ?? NOTHING;
    const budget: Budget = { requests: MAX_REQUESTS, signal: callSignal(deadlines, call.signal) };
    // What answered before comes first, the others stay in their order.
    let candidate = lesson.candidate;
    let others = candidates.map((_candidate, index) => index).filter((i) => i !== candidate);
    const adaptations: Adaptation[] = [...lesson.adaptations];
    // A value that was not liked says nothing about the next one.
    const lasting: Adaptation[] = [...lesson.adaptations];
    const failures: EndpointError[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const { url, way } = candidates[candidate] ?? { url: "", way: call };
      const adapted = adapt(way.body ?? {}, adaptations);
      try {
        // Each attempt depends on how the one before it went.
        // oxlint-disable-next-line no-await-in-loop
        const result = await this.#attempt(call, way, url, adapted, budget);
        const foundOut = !known && call.others !== undefined;
        if (foundOut || candidate !== lesson.candidate || lasting.length > lesson.adaptations.length) {
          learned.remember(subject, { candidate, adaptations: lasting });
        }
        return result;
      } catch (error) {
        if (!(error instanceof EndpointError) || call.passedOn?.()) throw error;
        // Once a way was taken, a refusal is about what was asked.
        const next = nextCandidate(error, candidate, others, candidates, known === undefined);
        const adaptation = adaptationFor(error, adapted, adaptations);
        if (budget.requests <= 0) throw tellingFailure(error, failures);
        if (adaptation) {
          adaptations.push(adaptation);
          if (!error.facts.valueOnly || "stepDown" in adaptation) lasting.push(adaptation);
          log(`${maskUrl(url)} refuses a field, model "${model}": ${describeAdaptation(adaptation)}`);
        } else if (next !== undefined) {
          failures.push(error);
          // Where there is nothing, no other way leads to anything.
          others = others.filter((i) => i !== next && !(isPathLike(error) && candidates[i]?.url === url));
          candidate = next;
          attempt = 0;
        } else {
          const delay = retryDelay(error, attempt, Math.random());
          if (delay === undefined) throw tellingFailure(error, failures);
          // oxlint-disable-next-line no-await-in-loop
          await sleep(delay, undefined, { signal: budget.signal }).catch(() => {
            throw error;
          });
        }
      }
    }
  }

  async #attempt<T>(call: Call<T>, way: Way<T>, url: string, body: object, budget: Budget): Promise<T> {
    const draft: Draft = {
      method: way.body ? "POST" : "GET",
      url,
      ...(way.body && { body }),
      ...(call.form && { form: true }),
    };
    const answer = await this.#ask(draft, call.model, budget);
    if (!answer.ok) throw await answer.failure();
    return way.read(answer);
  }

  /** Sends a request, and once more where it is redirected to. */
  async #ask(draft: Draft, model: string, budget: Budget): Promise<Answer> {
    const { apiKey, extraHeaders, deadlines, network } = this.#options;
    const { method, url } = draft;
    const facts: FailureFacts = { method, url: maskUrl(url), ...(model !== "" && { model }) };
    const started = performance.now();
    try {
      budget.requests -= 1;
      const http = await send(await this.#composer.compose(draft), deadlines, network, budget.signal);
      const waited = performance.now() - started;
      const answer = new Answer(http, {
        url,
        facts,
        secrets: () => secretsOf(apiKey, extraHeaders, url),
        pace: { firstByte: Math.max(1, deadlines.firstByte - waited), idle: deadlines.idle },
      });
      const target = redirectTarget(http, url);
      if (!target || !mayFollow(method, http.statusCode, url, target) || budget.requests <= 0) return answer;
      await answer.discard();
      return await this.#ask({ ...draft, url: target }, model, budget);
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

/** Address by address, each with the ways that are meant for it. */
function candidatesOf<T>(call: Call<T>, urls: readonly string[]): Candidate<T>[] {
  const ways: readonly Way<T>[] = [call, ...(call.others ?? [])];
  return urls.flatMap((url) => {
    const { pathname } = new URL(url);
    return ways.filter(({ path }) => path?.test(pathname) ?? true).map((way) => ({ url, way }));
  });
}

/** What may be tried after a failure; undefined when nothing else promises more. */
function nextCandidate<T>(
  error: EndpointError,
  current: number,
  others: readonly number[],
  candidates: readonly Candidate<T>[],
  seeking: boolean,
): number | undefined {
  const url = candidates[current]?.url;
  const otherWay = others.find((i) => candidates[i]?.url === url);
  const otherUrl = others.find((i) => candidates[i]?.url !== url);
  if (isPathLike(error)) return otherUrl;
  const forOwnModels = otherUrl !== undefined && candidates[otherUrl]?.way.ownModels ? otherUrl : undefined;
  if (error.kind === "model-unknown") return forOwnModels;
  return seeking && isWayLike(error) ? (otherWay ?? forOwnModels) : undefined;
}

/** The server understood something else. */
function isWayLike({ kind }: EndpointError): boolean {
  return kind === "bad-request" || kind === "parameter-refused";
}

/** There seems to be nothing of the kind at this address. */
function isPathLike({ kind }: EndpointError): boolean {
  return kind === "path-unknown" || kind === "web-page" || kind === "redirected";
}

/** When nothing helped, the first failure is the one to tell: it is about the request as it should be. */
function tellingFailure(last: EndpointError, earlier: readonly EndpointError[]): EndpointError {
  if (isWayLike(last)) return earlier.find((error) => isWayLike(error)) ?? last;
  const [first, ...between] = earlier;
  if (!first || !isPathLike(last)) return last;
  const tried = [...between, last].map(({ facts }) => facts.url);
  return new EndpointError(first.kind, { ...first.facts, tried }, { cause: first });
}

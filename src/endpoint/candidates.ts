/** Which way a question is put at which address, and what to try after a failure. */
import type { Call, Way } from "./call.ts";
import { EndpointError } from "./endpoint-error.ts";
import { oncePerText } from "./once-per.ts";

export interface Candidate<T> {
  readonly url: string;
  readonly way: Way<T>;
}

const pathOf = oncePerText((url) => new URL(url).pathname);

/** Address by address, each with the ways that are meant for it. */
export function candidatesOf<T>(call: Call<T>, urls: readonly string[]): Candidate<T>[] {
  const ways: readonly Way<T>[] = [call, ...(call.others ?? [])];
  return urls.flatMap((url) =>
    ways.filter(({ path }) => path?.test(pathOf(url)) ?? true).map((way) => ({ url, way })),
  );
}

/** The candidates of one call, as they are tried. */
export class Candidates<T> {
  /** The index of the one to try now. */
  current: number;
  readonly #all: readonly Candidate<T>[];
  readonly #failures: EndpointError[] = [];
  #left: readonly number[];

  constructor(all: readonly Candidate<T>[], first: number) {
    this.#all = all;
    this.current = all[first] ? first : 0;
    // What answered before comes first, the others stay in their order.
    this.#left = all.map((_candidate, index) => index).filter((i) => i !== this.current);
  }

  get candidate(): Candidate<T> {
    const candidate = this.#all[this.current];
    if (!candidate) throw new Error("no way leads to the address");
    return candidate;
  }

  /**
   * Goes on to what may be tried after a failure; false when nothing else promises more.
   *
   * @param seeking no way was taken yet: later, a refusal is about what was asked
   */
  next(error: EndpointError, seeking: boolean): boolean {
    const { url } = this.candidate;
    const next = this.#choose(error, url, seeking);
    if (next === undefined) return false;
    this.#failures.push(error);
    // Where there is nothing, no other way leads to anything.
    const sameUrl = (i: number): boolean => this.#all[i]?.url === url;
    this.#left = this.#left.filter((i) => i !== next && !(isPathLike(error) && sameUrl(i)));
    this.current = next;
    return true;
  }

  /** When nothing helped, the first failure is the one to tell: it is about the request as it should be. */
  tellingFailure(last: EndpointError): EndpointError {
    if (isWayLike(last)) return this.#failures.find((error) => isWayLike(error)) ?? last;
    const [first, ...between] = this.#failures;
    if (!first || !isPathLike(last)) return last;
    const tried = [...between, last].map(({ facts }) => facts.url);
    return new EndpointError(first.kind, { ...first.facts, tried: [...new Set(tried)] }, { cause: first });
  }

  #choose(error: EndpointError, url: string, seeking: boolean): number | undefined {
    const otherWay = this.#left.find((i) => {
      const other = this.#all[i];
      return other?.url === url && (other.way.after ?? isWayLike)(error);
    });
    const otherUrl = this.#left.find((i) => this.#all[i]?.url !== url);
    if (isPathLike(error)) return otherUrl;
    const forOwnModels = otherUrl !== undefined && this.#all[otherUrl]?.way.ownModels ? otherUrl : undefined;
    if (error.kind === "model-unknown") return forOwnModels;
    if (!seeking) return undefined;
    return otherWay ?? (isWayLike(error) ? forOwnModels : undefined);
  }
}

/** The server understood something else. */
function isWayLike({ kind }: EndpointError): boolean {
  return kind === "bad-request" || kind === "parameter-refused";
}

/** There seems to be nothing of the kind at this address. */
function isPathLike({ kind }: EndpointError): boolean {
  return kind === "path-unknown" || kind === "web-page" || kind === "redirected";
}

/**
 * Many texts in few requests: as many at a time as the form says, and fewer where the server takes no
 * more. What the server taught is kept for the next call.
 */
import { EndpointError, type FailureKind } from "../../src/endpoint/endpoint-error.ts";
import { Learned } from "../../src/endpoint/learned.ts";
import type { CountTokens } from "../../src/tokens/tokens.ts";
import type { Settings } from "../../provider/settings.ts";

/** What a server takes in one request. */
export interface Limits {
  /** Texts, or texts and images. */
  readonly texts: number;
  /** It wants a string, not a list of one. */
  readonly lone: boolean;
  /** Tokens of one text; undefined: no limit is known. */
  readonly tokens: number | undefined;
  /** Which way to send images; an index of the shapes in `images.ts`. */
  readonly imageShape: number;
}

const NO_LIMITS: Limits = {
  texts: Number.POSITIVE_INFINITY,
  lone: false,
  tokens: undefined,
  imageShape: 0,
};

const learned = new Learned<Limits>();

/** How often the limits of one call may change: 2,048 texts are halved as often until one is left. */
const MAX_CHANGES = 11;

/** What tells one model on one server from all others. */
export function subjectOf(settings: Settings, model: string): string {
  return `${settings.endpoint_url}\n${model}`;
}

/** What the form allows, and no more than the server is known to take. */
function limitsFor(subject: string, settings: Settings): Limits {
  const known = learned.about(subject) ?? NO_LIMITS;
  const tokens = [known.tokens, settings.context_size].filter((limit) => limit !== undefined);
  return {
    ...known,
    texts: Math.min(known.texts, settings.max_chunks),
    tokens: tokens.length > 0 ? Math.min(...tokens) : undefined,
  };
}

/** Without what only the form says. */
function lessonOf(limits: Limits, { max_chunks, context_size }: Settings): Limits {
  return {
    ...limits,
    texts: limits.texts === max_chunks ? NO_LIMITS.texts : limits.texts,
    tokens: limits.tokens === context_size ? undefined : limits.tokens,
  };
}

export interface Batches<T> {
  items: readonly T[];
  /** What the lessons are about. */
  subject: string;
  settings: Settings;
  /** Asks the server, and takes the answer. */
  ask: (batch: readonly T[], limits: Limits) => Promise<void>;
  /** The limits to try after a failure; undefined when nothing helps. */
  narrow: (error: EndpointError, batch: readonly T[], limits: Limits) => Promise<Limits | undefined>;
}

/** Asks for all items, batch after batch and in order. */
export async function inBatches<T>({ items, subject, settings, ask, narrow }: Batches<T>): Promise<void> {
  const known = limitsFor(subject, settings);
  let limits = known;
  let done = 0;
  let changes = 0;
  while (done < items.length) {
    const batch = items.slice(done, done + limits.texts);
    // Each batch depends on how the one before it went.
    /* oxlint-disable no-await-in-loop */
    try {
      await ask(batch, limits);
      done += batch.length;
    } catch (error) {
      const narrower = error instanceof EndpointError ? await narrow(error, batch, limits) : undefined;
      if (!narrower || changes === MAX_CHANGES) throw error;
      changes += 1;
      limits = narrower;
    }
    /* oxlint-enable no-await-in-loop */
  }
  if (limits !== known) learned.remember(subject, lessonOf(limits, settings));
}

/** What a server may mean when it takes no more texts, in words nobody knows. */
const PERHAPS_TOO_MANY: ReadonlySet<FailureKind> = new Set(["too-long", "bad-request", "parameter-refused"]);

/** As many texts as the server names, or half as many; undefined when their number is not at fault. */
export function fewerTexts({ kind, facts }: EndpointError, count: number): number | undefined {
  if (count < 2) return undefined;
  const half = Math.ceil(count / 2);
  if (kind === "batch-too-large") {
    const { limit } = facts;
    return limit !== undefined && limit < count ? limit : half;
  }
  const refused = facts.status === 400 || facts.status === 413 || facts.status === 422;
  const elsewhere = facts.param !== undefined && !/^(?:input|texts?|contents?|prompt)\b/.test(facts.param);
  return refused && !elsewhere && PERHAPS_TOO_MANY.has(kind) ? half : undefined;
}

/** Pydantic "str type expected", "Input should be a valid string"; Go "cannot unmarshal array into … string". */
export function wantsString({ kind, facts }: EndpointError): boolean {
  return (
    (facts.status === 400 || facts.status === 422) &&
    (kind === "bad-request" || kind === "parameter-refused") &&
    /\bstr(?:ing)?\b/i.test(facts.words ?? "")
  );
}

/** Other tokenizers make more tokens of a text than ours: cut further, but not to nothing. */
const TIGHTER = 0.75;
const FEWEST_TOKENS = 64;

/** To how many tokens the texts must be cut after one was too long; undefined when that is no remedy. */
export async function fewerTokens(
  { kind, facts }: EndpointError,
  texts: readonly string[],
  count: CountTokens,
): Promise<number | undefined> {
  if (kind !== "too-long" || facts.status === 413) return undefined;
  const longest = Math.max(...(await count(texts)));
  if (facts.limit !== undefined && facts.limit < longest) return facts.limit;
  // Several texts may be too long together.
  if (texts.length > 1) return undefined;
  const tighter = Math.floor(longest * TIGHTER);
  return tighter >= FEWEST_TOKENS ? tighter : undefined;
}

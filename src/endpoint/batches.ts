/** How many texts a server takes in one request: read from its refusal, and remembered. */
import { EndpointError } from "./endpoint-error.ts";
import { Learned } from "./learned.ts";

const learned = new Learned<number>();

/**
 * Asks for all at once, and in parts when the server says that these are too many. One part after the
 * other: a server with a limit would rather not be asked ten times at once.
 *
 * @param subject names the server and its model
 */
export async function inParts<T, R>(
  subject: string,
  all: readonly T[],
  ask: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const results: R[] = [];
  let size = learned.about(subject) ?? all.length;
  for (let start = 0; start < all.length;) {
    const part = all.slice(start, start + size);
    try {
      // oxlint-disable-next-line no-await-in-loop
      for (const result of await ask(part)) results.push(result);
      start += part.length;
    } catch (error) {
      const smaller = error instanceof EndpointError ? acceptedCount(error, part.length) : undefined;
      if (smaller === undefined) throw error;
      size = smaller;
      learned.remember(subject, size);
    }
  }
  return results;
}

/** Names what is counted: never "token", which is the bound of one text's length. */
const COUNTED = /documents?\b|texts\b|passages|pairs|items|inputs?\b|list|array|batch|文档|文本|条/i;
const BOUNDED =
  /at most|no more than|(?:more|larger|greater|fewer|less) than|max(?:imum)?\b|exceed|limit|too (?:many|long|large)|up to|最多|超过|限制|上限/i;
const LENGTH = /tokens?\b|characters?\b|context length|字符/i;

/** No part of a name or a version. */
const PLAIN_NUMBER = /(?<![\w.-])\d+(?!\w|\.\d)/g;

/** How many the server takes instead of `count`; undefined when it complains of something else. */
function acceptedCount({ kind, facts }: EndpointError, count: number): number | undefined {
  if (count < 2) return undefined;
  const { words = "", status, limit } = facts;
  const refused = kind === "bad-request" || kind === "parameter-refused" || kind === "too-long";
  const counted = COUNTED.test(words) && BOUNDED.test(words) && !LENGTH.test(words);
  if (kind !== "batch-too-large" && status !== 413 && !(refused && counted)) return undefined;
  const half = Math.ceil(count / 2);
  if (!counted) return half;
  if (limit !== undefined && limit < count) return limit;
  const numbers = [...words.matchAll(PLAIN_NUMBER)].map(([digits]) => Number(digits));
  return Math.max(0, ...numbers.filter((number) => number < count)) || half;
}

/** Cuts a long text where a speaker would pause. */

/** The places to cut at, the best first: each matches what may stand at the end of a piece. */
const PAUSES: readonly RegExp[] = [
  // The end of a sentence, with its quotes and brackets; the full stop of Latin script needs a blank after it.
  /(?:[.!?…]+["'”’»)\]]*(?=\s)|[。！？｡．][”’」』）》"']*|\n+)/gu,
  /(?:[;:,](?=\s)|[；：，、､])/gu,
  /\s+/gu,
];

/** A piece this short, of what would fit, is not worth a pause: "Mr." is no sentence. */
const SHORTEST = 0.25;

/**
 * Pieces of at most `limit` UTF-16 units, which no server counts more generously. Only blanks between
 * pieces are lost; a word longer than the limit is cut between two characters.
 */
export function splitText(text: string, limit: number): string[] {
  const pieces: string[] = [];
  let rest = text.toWellFormed().trim();
  while (rest.length > limit) {
    const end = cutIn(rest, limit);
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...pieces, rest].filter((piece) => piece !== "");
}

function cutIn(text: string, limit: number): number {
  // One more, so that a blank behind the last fitting character counts as one.
  const window = text.slice(0, limit + 1);
  for (const pause of PAUSES) {
    const ends = [...window.matchAll(pause)]
      .map(({ 0: { length }, index }) => index + length)
      .filter((end) => end <= limit && end >= limit * SHORTEST);
    const last = ends.at(-1);
    if (last !== undefined) return last;
  }
  return betweenCharacters(text, limit);
}

/** Not within a surrogate pair, nor before what belongs to the character in front of it. */
function betweenCharacters(text: string, limit: number): number {
  const attached = /^(?:\p{M}|\p{Emoji_Modifier}|\u200d)/u;
  for (let end = limit; end > limit / 2; end -= 1) {
    const low = text.charCodeAt(end) >= 0xdc00 && text.charCodeAt(end) <= 0xdfff;
    if (!low && !attached.test(text.slice(end)) && text[end - 1] !== "\u200d") return end;
  }
  return text.charCodeAt(limit) >= 0xdc00 && text.charCodeAt(limit) <= 0xdfff ? limit - 1 : limit;
}

/** From Dify's text to moderation requests. */

export interface ModerationBody {
  model: string;
  input: string[];
}

/** Servers that bound the input do so well above this, as OpenAI's oldest model did. */
export const MAX_CHARACTERS = 2_000;
export const MAX_TEXTS = 32;

export function moderationRequest(input: readonly string[], model: string): ModerationBody {
  return { model, input: [...input] };
}

/** Pieces of at most `size` characters, cut between words where there is a gap in the second half. */
export function splitText(text: string, size: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > size) {
    const head = rest.slice(0, size);
    const gap = head.search(/\s\S*$/);
    // Half of a surrogate pair is no character.
    const end = gap > size / 2 ? gap : size - (/[\uD800-\uDBFF]$/.test(head) ? 1 : 0);
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return rest === "" ? pieces : [...pieces, rest];
}

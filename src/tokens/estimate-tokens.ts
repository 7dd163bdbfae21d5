/**
 * A guess without tables: four Latin characters to a token, one and a third of any other script.
 * Within a fifth of `o200k_base` for English and Chinese prose.
 */
export function estimateTokens(text: string): number {
  let latin = 0;
  let other = 0;
  for (const character of text) {
    if (character < "\u0250") latin += 1;
    else other += 1;
  }
  return Math.ceil(latin / 4 + other * 0.75);
}

/** What Dify's daemon takes at most. */

/** Bytes of a line, without its end. The daemon kills the whole plugin over a longer one. */
export const MAX_LINE_BYTES = 5_242_879;

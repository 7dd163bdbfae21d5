/** Several texts in one field: one a line. */

/** Blank lines are left out. */
export function linesIn(value: string): string[] {
  return value
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

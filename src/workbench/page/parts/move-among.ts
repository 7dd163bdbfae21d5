/** Arrow keys, Home and End among things of which one is chosen. */

/** The position to move to, or undefined for a key that moves nowhere. */
export function moveAmong(key: string, position: number, count: number): number | undefined {
  if (count === 0) return undefined;
  if (key === "ArrowRight" || key === "ArrowDown") return (position + 1) % count;
  if (key === "ArrowLeft" || key === "ArrowUp") return (position - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : undefined;
}

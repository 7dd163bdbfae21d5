/** Microseconds of the system's monotonic clock: the same in all processes, the plugin's tap among them. */
export function now(): number {
  return Number(process.hrtime.bigint() / 100n) / 10;
}

/** To a tenth of one, which is what the clock tells. */
export function rounded(microseconds: number): number {
  return Math.round(microseconds * 10) / 10;
}

/** Microseconds of the system's monotonic clock: the same in all processes, the plugin's tap among them. */
export function now(): number {
  return Number(process.hrtime.bigint() / 100n) / 10;
}

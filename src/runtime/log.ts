/** Writes one line to stderr, which the daemon copies into its own log. */
export function log(message: string): void {
  const line = message.replaceAll(/\s*\n\s*/g, " | ");
  process.stderr.write(`${line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line}\n`);
}

const MAX_LENGTH = 4_000;

import { PackingError } from "../package/package-files.ts";
import { endWithReader } from "./end-with-reader.ts";

/** Runs a command to its exit code. What a user can mend is told in words, a defect with its stack. */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  endWithReader();
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Node's own errors carry a code: a file that is missing, an option that is unknown.
  return error instanceof PackingError || "code" in error ? error.message : (error.stack ?? error.message);
}

/** The command, from its arguments to its exit code. */
import { DifyError } from "../dify/errors.ts";
import { readOptions, USAGE } from "./arguments.ts";
import { ConsoleError } from "./console-error.ts";
import { importModels } from "./import-models.ts";
import { UsageError } from "./usage-error.ts";

/** Nothing was tried: the call, the login, the plugin or the server's list is amiss. */
const NOTHING_TRIED = 2;

export interface Output {
  /** One line, or several. */
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** @returns the exit code: 0 when all is in the workspace, 1 when some models failed, 2 when nothing was tried */
export async function runImport(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  { print, complain }: Output,
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    print(USAGE);
    return 0;
  }
  try {
    return await importModels(await readOptions(args, env), print);
  } catch (error) {
    const isExpected =
      error instanceof UsageError || error instanceof ConsoleError || error instanceof DifyError;
    if (!isExpected) throw error;
    complain(args.length === 0 ? `${error.message}\n\n${USAGE}` : error.message);
    return NOTHING_TRIED;
  }
}

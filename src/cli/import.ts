/** `npm run import`: adds the models of a server to a Dify workspace. */
import { DifyError } from "../dify/errors.ts";
import { readOptions, USAGE } from "../import/arguments.ts";
import { ConsoleError } from "../import/console-error.ts";
import { importModels } from "../import/import-models.ts";
import { UsageError } from "../import/usage-error.ts";
import { runCommand } from "./run-command.ts";

/** Nothing was tried. */
const NOTHING_TRIED = 2;

await runCommand(async () => {
  if (process.argv.includes("--help")) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    const options = await readOptions(process.argv.slice(2), process.env);
    return await importModels(options, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    const isExpected = error instanceof ConsoleError || error instanceof DifyError;
    if (!isExpected && !(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    if (process.argv.length === 2) process.stderr.write(`\n${USAGE}`);
    return NOTHING_TRIED;
  }
});

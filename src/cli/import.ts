/** `npm run import`: adds the models of a server to a Dify workspace. */
import { runImport } from "../import/run-import.ts";
import { runCommand } from "./run-command.ts";

await runCommand(() =>
  runImport(process.argv.slice(2), process.env, {
    print: (text) => process.stdout.write(`${text}\n`),
    complain: (text) => process.stderr.write(`${text}\n`),
  }),
);

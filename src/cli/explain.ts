/** `npm run explain -- "an error text"`: what it means, and what to change. */
import { explain } from "../check/explain.ts";
import { runCommand } from "./run-command.ts";
import { readInput } from "./read-input.ts";
import { WRONG_USAGE } from "./wrong-usage.ts";

const USAGE = `Usage: explain "an error text from Dify, or a server's answer"

Says the cause, the form field to change, and the stages of check that show it. - reads the text from standard input.
Ends with 0, with 1 when nothing in the text is known, with 64 without a text.
`;

await runCommand(async () => {
  const words = process.argv.slice(2);
  if (words[0] === "--help" || words[0] === "-h") {
    process.stdout.write(USAGE);
    return 0;
  }
  const text = words.length === 1 && words[0] === "-" ? await readInput() : words.join(" ");
  if (text.trim() === "") {
    process.stderr.write(`There is no text to explain.\n\n${USAGE}`);
    return WRONG_USAGE;
  }
  return tell(text);
});

function tell(text: string): number {
  const found = explain(text);
  if (!found) {
    print("Nothing in this text is known. Run check against the server: it will say more.");
    return 1;
  }
  const { cause, hint, label, value, stages } = found;
  print(`cause  ${cause}`);
  if (hint !== undefined) print(`hint   ${hint}`);
  if (label !== undefined) print(`form   ${label}${value === undefined ? "" : ` = ${value}`}`);
  if (stages.length > 0) print(`check  check URL --only ${stages.join(",")}`);
  return 0;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

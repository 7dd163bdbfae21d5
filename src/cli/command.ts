/** `npx dify-openai-compatible COMMAND`: the commands that need no repository, each as `npm run COMMAND` has it. */
import packageJson from "../../package.json" with { type: "json" };
import { WRONG_USAGE } from "./wrong-usage.ts";

interface CommandModule {
  /** In a few words, for the help. */
  readonly does: string;
  /** Importing it runs it, on what stands in `process.argv` behind its name. */
  readonly run: () => Promise<unknown>;
}

const COMMANDS: Readonly<Record<string, CommandModule>> = {
  check: {
    does: "tries a server as Dify will use it, and says what to fill in",
    run: () => import("./check.ts"),
  },
  explain: { does: "says what an error text means, and what to change", run: () => import("./explain.ts") },
  import: { does: "adds a server's models to a Dify workspace", run: () => import("./import.ts") },
  workbench: { does: "opens the form and the models in a browser", run: () => import("./workbench.ts") },
};

const USAGE = `Usage: ${packageJson.name} COMMAND [OPTIONS]

${Object.entries(COMMANDS)
  .map(([name, { does }]) => `  ${name.padEnd(10)}${does}`)
  .join("\n")}

COMMAND --help tells more; an address alone is checked. --version says which version this is.
`;

const [name = "--help"] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) {
  process.argv.splice(2, 1);
  await command.run();
} else if (name === "--help" || name === "-h" || name === "help") process.stdout.write(USAGE);
else if (name === "--version") process.stdout.write(`${packageJson.version}\n`);
else if (/[-.:/]|^localhost$/.test(name)) await COMMANDS["check"]?.run();
else {
  process.stderr.write(`There is no command ${name}.\n\n${USAGE}`);
  process.exitCode = WRONG_USAGE;
}

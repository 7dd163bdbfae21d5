/** The command line of the workbench, and its life until Ctrl-C. */
import { parseArgs } from "node:util";
import { messageLanguage } from "../../../provider/language.ts";
import { serverOrigin } from "../../check/server-origin.ts";
import { MODEL_TYPES } from "../../check/stages.ts";
import { PluginGone } from "../../host/plugin-process.ts";
import { UsageError } from "../../import/usage-error.ts";
import { readPort } from "../../runtime/port.ts";
import type { Workbench, WorkbenchOptions } from "../../workbench/workbench.ts";
import { WRONG_USAGE } from "../wrong-usage.ts";
import { openBrowser } from "./open-browser.ts";

const USAGE = `Usage: workbench [OPTIONS]

Opens the provider's form and its models in a browser. The packaged plugin runs behind it as in Dify. Without
--url it begins with an embedded demo endpoint that has no model behind it.

  --url URL        a server to begin with
  --key-env NAME   the environment variable that holds its key; it goes to the host of URL only
  --model ID       a model's name there
  --type TYPE      ${MODEL_TYPES.join(", ")} (default: llm)
  --port N         the port on 127.0.0.1 (default: any free one)
  --no-open        only print the address
  -h, --help

It listens on 127.0.0.1 alone, and answers only whoever has the token that it prints.
`;

interface Command {
  readonly isHelp: boolean;
  readonly opens: boolean;
  readonly port: number;
  readonly server?: WorkbenchOptions["server"];
}

/** What the command line says of the workbench. */
export type CommandOptions = Pick<WorkbenchOptions, "port" | "language" | "server">;

/**
 * Runs until it is interrupted. Returns the exit code.
 *
 * @param start is asked only when the command line makes sense: it takes long to load
 */
export async function runWorkbench(
  args: readonly string[],
  start: (options: CommandOptions) => Promise<Workbench>,
): Promise<number> {
  try {
    const { isHelp, opens, port, server } = readCommand(args, process.env);
    if (isHelp) {
      process.stdout.write(USAGE);
      return 0;
    }
    const stop = new Promise<void>((resolve) => {
      process.once("SIGINT", resolve);
      process.once("SIGTERM", resolve);
      process.once("SIGHUP", resolve);
    });
    const language = messageLanguage() === "zh" ? "zh_Hans" : "en_US";
    const workbench = await start({ port, language, ...(server && { server }) });
    const { url, version, pid, endpoint } = workbench;
    const at = server ? endpoint : `${endpoint} - the embedded demo, no model behind it`;
    process.stdout.write(
      `plugin     ${version}, packaged, process ${pid}\nendpoint   ${at}\nworkbench  ${url}\n`,
    );
    process.stdout.write("Ctrl-C ends it.\n");
    if (opens) openBrowser(url);
    await stop;
    await workbench.close();
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\n\n${USAGE}`);
      return WRONG_USAGE;
    }
    process.stderr.write(`${describe(error)}\n`);
    return 1;
  }
}

/** @throws UsageError */
function readCommand(args: readonly string[], env: NodeJS.ProcessEnv): Command {
  const values = parse(args);
  const { url, model = "", type: typeName = "llm" } = values;
  const command = {
    isHelp: values.help === true,
    opens: values["no-open"] !== true,
    port: portIn(values.port),
  };
  const type = MODEL_TYPES.find((known) => known === typeName);
  if (!type) throw new UsageError(`Unknown type ${typeName}: there are ${MODEL_TYPES.join(", ")}.`);
  if (url === undefined) {
    const lonely = (["key-env", "model", "type"] as const).find((name) => values[name] !== undefined);
    if (lonely !== undefined) throw new UsageError(`--${lonely} needs --url: it is about a server of yours.`);
    return command;
  }
  if (serverOrigin(url) === undefined)
    throw new UsageError("That is no address: it should look like https://host/v1.");
  const environment = values["key-env"];
  const value = environment === undefined ? undefined : env[environment];
  if (environment !== undefined && !value) throw new UsageError(`The environment holds no ${environment}.`);
  const key = environment !== undefined && value ? { environment, value } : undefined;
  return { ...command, server: { url, type, model, ...(key && { key }) } };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: "string" },
        "key-env": { type: "string" },
        model: { type: "string" },
        type: { type: "string" },
        port: { type: "string" },
        "no-open": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function portIn(text = "0"): number {
  const port = readPort(text);
  if (port === undefined) throw new UsageError(`--port ${text} is no port: 1 to 65535.`);
  return port;
}

/** What a person can mend is told in words, a defect with its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (error instanceof PluginGone) {
    return error.message.includes("ENOENT")
      ? "The workbench needs Python, by which Dify's daemon starts plugins: install python3, or let PYTHON name one."
      : `The packaged plugin did not start: ${error.message}`;
  }
  if (code === "EADDRINUSE")
    return "The port is taken: choose another with --port, or leave it out for any free one.";
  return code === undefined ? (error.stack ?? error.message) : error.message;
}

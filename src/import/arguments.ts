/** What the command line and the environment ask for. */
import { parseArgs } from "node:util";
import { need, readConsoleAccess, type ConsoleAccess, type Environment } from "./login.ts";
import { MODEL_TYPES, type ModelType } from "./model-type.ts";
import { readForm } from "./plan-file.ts";
import type { Choices } from "./plan.ts";
import type { FormValues } from "./form-values.ts";
import { UsageError } from "./usage-error.ts";

export const USAGE = `Usage: import --url URL [OPTIONS]

Adds the models a server lists at /models to a Dify workspace. Without --yes it only shows what it would do.

  --url URL          the server, in any form the plugin's Base URL takes
  --key-env NAME     the environment variable that holds the server's key
  --form FILE        values of the plugin's form for all models, a JSON object; endpoint_url and api_key in it
                     are what Dify gets where they differ from --url and --key-env
  --only PATTERN     only these models; * and ? stand for letters; may be repeated, like the next two
  --skip PATTERN     not these
  --type PATTERN=TYPE  ${MODEL_TYPES.join(", ")}
  --probe            ask models whose type is unclear what they are; says first what that costs
  --plan FILE        write the plan to a file, or show the one that is there; with --yes, carry it out
  --provider NAME    where the plugin is installed under another name: author/plugin/provider
  --yes              add them

Environment: DIFY_URL, DIFY_EMAIL and DIFY_PASSWORD, an admin's login to the console; without --url
ENDPOINT_URL and ENDPOINT_API_KEY.
`;

export interface Options {
  readonly dify: ConsoleAccess;
  /** The server as it is reached from here. */
  readonly server: { readonly url: string; readonly key: string };
  /** What every model is saved with. */
  readonly form: FormValues;
  readonly choices: Choices;
  readonly probe: boolean;
  readonly yes: boolean;
  readonly plan?: string;
  readonly provider?: string;
}

/** @throws UsageError */
export async function readOptions(args: readonly string[], env: Environment): Promise<Options> {
  const values = parse(args);
  const form = values.form === undefined ? {} : await readForm(values.form);
  const server = serverOf(values, form, env);
  const { plan, provider } = values;
  return {
    dify: readConsoleAccess(env),
    server,
    form: { endpoint_url: server.url, ...(server.key !== "" && { api_key: server.key }), ...form },
    choices: { only: values.only, skip: values.skip, types: values.type.map(readType) },
    probe: values.probe,
    yes: values.yes,
    ...(plan !== undefined && { plan }),
    ...(provider !== undefined && { provider }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: { type: "string" },
        "key-env": { type: "string" },
        form: { type: "string" },
        only: { type: "string", multiple: true, default: [] },
        skip: { type: "string", multiple: true, default: [] },
        type: { type: "string", multiple: true, default: [] },
        probe: { type: "boolean", default: false },
        plan: { type: "string" },
        provider: { type: "string" },
        yes: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A key goes only where it was paired with: that of the environment to the server of the environment. */
function serverOf(values: ReturnType<typeof parse>, form: FormValues, env: Environment): Options["server"] {
  const { url, "key-env": keyName } = values;
  const named = keyName === undefined ? undefined : need(env, keyName);
  const ofForm = form["api_key"] ?? "";
  if (url !== undefined) return { url, key: named ?? ofForm };
  const ofEnvironment = env["ENDPOINT_URL"];
  if (ofEnvironment) return { url: ofEnvironment, key: named ?? env["ENDPOINT_API_KEY"] ?? "" };
  const saved = form["endpoint_url"];
  if (saved) return { url: saved, key: named ?? ofForm };
  throw new UsageError("Which server? --url, ENDPOINT_URL or endpoint_url in the --form file tells it.");
}

/** A name may hold `=`, a type does not. */
function readType(text: string): { pattern: string; type: ModelType } {
  const [, pattern = "", word = ""] = /^(.+)=([^=]*)$/s.exec(text) ?? [];
  const type = MODEL_TYPES.find((known) => known === word);
  if (!type)
    throw new UsageError(`--type ${text}: expected PATTERN=TYPE with one of ${MODEL_TYPES.join(", ")}.`);
  return { pattern, type };
}

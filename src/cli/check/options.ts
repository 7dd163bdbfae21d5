/** The command line of `check`, read. */
import { readFile } from "node:fs/promises";
import { parseArgs, type ParseArgsConfig } from "node:util";
import type { CheckOptions } from "../../check/check.ts";
import { UsageError } from "../../import/usage-error.ts";
import { readInput } from "../read-input.ts";
import { modelType } from "./model-type.ts";
import { serverOrigin } from "../../check/server-origin.ts";
import { MODEL_TYPES, STAGE_IDS, STAGES, type ModelType, type StageId } from "../../check/stages.ts";

export const USAGE = `Usage: check URL [OPTIONS]
       check --form FILE [OPTIONS]
       check --self-test

Tries a server as Dify will use it, and says what to fill in.

  --key-env NAME      the environment variable that holds the key; it goes to the host of URL only
  --model [TYPE=]ID   a model to try; may be repeated (else: one of each type the server lists)
  --types LIST        of ${MODEL_TYPES.join(", ")}
  --form FILE         a form's values as JSON, {"endpoint_url": ...}; - reads standard input
  --only LIST         only these stages; --skip LIST leaves some out:
                      ${STAGE_IDS.slice(0, 10).join(", ")},
                      ${STAGE_IDS.slice(10).join(", ")}
  --stress            several requests at once, too
  --probe-auth        ask without the key, too
  --repeat N          try every model N times
  --timeout SECONDS   for each thing that is asked (default: 120); --total SECONDS for all (default: 1800)
  --compare URL2      a second server, side by side; --compare-key-env NAME holds its key
  --json              the report as JSON on standard output
  --junit FILE, --markdown FILE
                      the report for CI, or for an issue; - is standard output
  --record DIR        requests and answers, without secrets, as test cases
  -v, --verbose       all details; -h, --help; --version
  --strict            limitations end with 1

Ends with 0 ready, 1 ready with limitations (with --strict only), 2 not ready, 3 no connection, 64 wrong usage.
`;

const OPTIONS = {
  "key-env": { type: "string" },
  model: { type: "string", multiple: true },
  types: { type: "string" },
  form: { type: "string" },
  only: { type: "string" },
  skip: { type: "string" },
  stress: { type: "boolean" },
  "probe-auth": { type: "boolean" },
  repeat: { type: "string" },
  timeout: { type: "string" },
  total: { type: "string" },
  compare: { type: "string" },
  "compare-key-env": { type: "string" },
  json: { type: "boolean" },
  junit: { type: "string" },
  markdown: { type: "string" },
  record: { type: "string" },
  verbose: { type: "boolean", short: "v" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  strict: { type: "boolean" },
  "self-test": { type: "boolean" },
} as const satisfies ParseArgsConfig["options"];

export interface Command {
  readonly kind: "check" | "help" | "version" | "self-test";
  /** One server, or two to compare. */
  readonly servers: readonly CheckOptions[];
  /** Milliseconds. */
  readonly total: number;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly strict: boolean;
  readonly junit?: string;
  readonly markdown?: string;
  readonly record?: string;
}

type Values = ReturnType<typeof parse>["values"];

/** @throws UsageError */
export async function readCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Command> {
  const { values, positionals } = parse(args);
  const command = {
    kind: "check",
    servers: [],
    total: 0,
    json: false,
    verbose: false,
    strict: false,
  } as const;
  if (values.help) return { ...command, kind: "help" };
  if (values.version) return { ...command, kind: "version" };
  if (values["self-test"]) return { ...command, kind: "self-test", verbose: values.verbose === true };
  const [first, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`One address is enough: what is ${rest.join(" ")}?`);
  const servers = [serverOf(await formOf(first, values, env), values)];
  if (values.compare !== undefined) servers.push(serverOf(secondForm(servers[0], values, env), values, true));
  const { junit, markdown, record } = values;
  const asOutput = [values.json === true, junit === "-", markdown === "-"].filter(Boolean).length;
  if (asOutput > 1) throw new UsageError("One report fits into standard output: give the others a file.");
  return {
    ...command,
    servers,
    total: seconds("total", values.total, 1_800),
    json: values.json === true,
    verbose: values.verbose === true,
    strict: values.strict === true,
    ...(junit !== undefined && { junit }),
    ...(markdown !== undefined && { markdown }),
    ...(record !== undefined && { record }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function serverOf(form: Record<string, string>, values: Values, isSecond = false): CheckOptions {
  const { model, model_type, __model_type, ...fields } = form;
  const given = values.model ?? (model ? [model] : []);
  const typeInForm = MODEL_TYPES.find((type) => type === (model_type ?? __model_type));
  const only = stageList("only", values.only);
  const skip = stageList("skip", values.skip);
  const onDemand = (id: StageId): boolean => "onDemand" in STAGES[id] && values.stress !== true;
  return {
    form: { ...fields, skip_validation: "" },
    models: given.map((text) => {
      const named = readModel(text);
      return { ...named, type: named.type ?? (values.model ? undefined : typeInForm) };
    }),
    types: typeList(values.types),
    wanted: (id) => (only ? only.includes(id) : !onDemand(id)) && !skip?.includes(id),
    repeat: count("repeat", values.repeat),
    probeAuth: values["probe-auth"] === true,
    stageTimeout: seconds("timeout", values.timeout, 120),
    typeOf: modelType,
    keyVariable: values[isSecond ? "compare-key-env" : "key-env"],
  };
}

/** `TYPE=ID`; an id may hold any other `=`. */
function readModel(text: string): { model: string; type?: ModelType } {
  const type = MODEL_TYPES.find((known) => text.startsWith(`${known}=`));
  const model = type === undefined ? text : text.slice(type.length + 1);
  if (model === "") throw new UsageError("--model needs a name.");
  return { model, ...(type && { type }) };
}

async function formOf(
  url: string | undefined,
  values: Values,
  env: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const form = values.form === undefined ? {} : await readForm(values.form);
  const { endpoint_url: inForm } = form;
  if (url === undefined && !inForm) throw new UsageError("Which server? Give its address, or --form FILE.");
  // The form's secrets belong to the form's host.
  if (url !== undefined && inForm && originOf(url) !== originOf(inForm)) {
    throw new UsageError(
      `The form is for ${originOf(inForm)}, not for ${originOf(url)}: its key goes nowhere else.`,
    );
  }
  const key = keyFrom(values["key-env"], env);
  return { ...form, endpoint_url: url ?? inForm ?? "", ...(key !== undefined && { api_key: key }) };
}

/** The same questions to another server, which gets none of the first one's secrets. */
function secondForm(
  first: CheckOptions | undefined,
  values: Values,
  env: NodeJS.ProcessEnv,
): Record<string, string> {
  const {
    endpoint_url: _url,
    api_key: _key,
    extra_headers: _headers,
    extra_body: _body,
    fallback_url: _fallback,
    fallback_api_key: _fallbackKey,
    proxy_url: _proxy,
    ...rest
  } = first?.form ?? {};
  const [named] = first?.models ?? [];
  const key = keyFrom(values["compare-key-env"], env);
  return {
    ...rest,
    endpoint_url: values.compare ?? "",
    ...(key !== undefined && { api_key: key }),
    ...(named && { model: named.model, ...(named.type && { model_type: named.type }) }),
  };
}

function keyFrom(name: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (name === undefined) return undefined;
  const key = env[name];
  if (!key) throw new UsageError(`The environment holds no ${name}.`);
  return key;
}

function originOf(pasted: string): string {
  const origin = serverOrigin(pasted);
  if (origin === undefined) throw new UsageError("That is no address: it should look like https://host/v1.");
  return origin;
}

async function readForm(file: string): Promise<Record<string, string>> {
  const text = file === "-" ? await readInput() : await readFile(file, "utf8").catch(unreadable);
  let form: unknown;
  try {
    form = JSON.parse(text);
  } catch {
    // The parser's own words would show a piece of the form, and so of a key.
    throw new UsageError("The form is not JSON.");
  }
  if (typeof form !== "object" || form === null || Array.isArray(form)) {
    throw new UsageError('The form must be a JSON object such as {"endpoint_url": "https://host/v1"}.');
  }
  const entries = Object.entries(form);
  const odd = entries.find(
    ([, value]) => !["string", "number", "boolean"].includes(typeof value) && value !== null,
  );
  if (odd) throw new UsageError(`The form's ${odd[0]} must be a text.`);
  return Object.fromEntries(entries.map(([field, value]) => [field, value === null ? "" : String(value)]));
}

function unreadable(error: unknown): never {
  throw new UsageError(error instanceof Error ? error.message : String(error));
}

function typeList(text: string | undefined): ModelType[] {
  return namesIn(text).map((name) => {
    const type = MODEL_TYPES.find((known) => known === name);
    if (!type) throw new UsageError(`Unknown type ${name}: there are ${MODEL_TYPES.join(", ")}.`);
    return type;
  });
}

function stageList(option: string, text: string | undefined): StageId[] | undefined {
  if (text === undefined) return undefined;
  return namesIn(text).map((name) => {
    const id = STAGE_IDS.find((known) => known === name);
    if (!id) throw new UsageError(`--${option}: unknown stage ${name}: there are ${STAGE_IDS.join(", ")}.`);
    return id;
  });
}

function namesIn(text = ""): string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

function count(option: string, text = "1"): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 1_000) {
    throw new UsageError(`--${option} must be a whole number from 1 to 1000.`);
  }
  return number;
}

function seconds(option: string, text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (!(number > 0) || number > 86_400) throw new UsageError(`--${option} must be a number of seconds.`);
  return number * 1000;
}

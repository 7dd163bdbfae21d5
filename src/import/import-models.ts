/** Adds the chosen models of a server to a workspace, or shows which they would be. */
import { maskText } from "../endpoint/secrets.ts";
import type { Options } from "./arguments.ts";
import { DifyConsole } from "./console.ts";
import { ConsoleError } from "./console-error.ts";
import { droppedValues, type FormValues } from "./form-values.ts";
import { listModels } from "./list-models.ts";
import { choose, plan, type Candidate, type Planned } from "./plan.ts";
import { readPlan, writePlan } from "./plan-file.ts";
import { probeType, probingCost } from "./probe-type.ts";
import { outcomeLine, planLines, planSummary, type Outcome } from "./report.ts";
import { baseOf, serverOf, type Server } from "./server.ts";
import { UsageError } from "./usage-error.ts";
import { addModel, readWorkspace, savedAddress, type Workspace, type WorkspaceModel } from "./workspace.ts";

/**
 * @returns 0 when every chosen model is in the workspace, or would be added; 1 when some could not be
 * @throws UsageError, ConsoleError, DifyError when nothing was tried
 */
export async function importModels(options: Options, write: (text: string) => void): Promise<number> {
  const server = serverOf(options);
  // Names and words come from elsewhere: they must not steer the terminal.
  const print = (text: string): void => write(maskText(text, server.secrets).replaceAll(/[^\P{Cc}\n]/gu, ""));
  const dify = new DifyConsole(options.dify.url, options.dify);
  const workspace = await readWorkspace(dify, options.provider);
  print(
    `workspace  ${workspace.name} at ${dify.address}, Dify ${dify.version || "?"}, ${workspace.provider}`,
  );
  refuseDropped(options.form, workspace);

  const ofFile = options.plan === undefined ? undefined : await readPlan(options.plan, server.shown);
  if (options.yes && options.plan !== undefined && !ofFile)
    throw new UsageError(`There is no ${options.plan}: without --yes it is written.`);
  const candidates = ofFile ?? (await listedBy(server));
  for (const { form } of candidates) if (form) refuseDropped({ ...options.form, ...form }, workspace);
  print(`server     ${server.shown}, ${candidates.length} models${ofFile ? ` in ${options.plan}` : ""}`);
  const chosen = choose(candidates, options.choices);
  const clear = await clarified(plan(chosen, workspace), options, server, print);
  const planned = await withAddresses(clear, options.form, dify, workspace);

  print("");
  for (const line of planLines(planned)) print(line);
  print(`\n${planSummary(planned)}.`);
  const unclear = planned.filter(({ step, guess }) => step === "add" && guess.unclear).length;
  if (unclear > 0) print(`${unclear} unclear: --probe asks them, --type NAME=TYPE says it.`);
  if (options.yes) return addAll(planned, options, dify, workspace, print);

  if (options.plan !== undefined) {
    if (!ofFile) await writePlan(options.plan, server.shown, planned);
    print(
      `The plan is in ${options.plan}: correct the types (null leaves a model out), then --yes --plan ${options.plan}.`,
    );
  }
  print(
    "Nothing was changed. --yes adds them; Dify then validates each: a language model by three short chats, the others by one or two small requests.",
  );
  return 0;
}

function refuseDropped(form: FormValues, workspace: Workspace): void {
  const dropped = droppedValues(form, workspace.form);
  if (dropped.length > 0) throw new UsageError(`Dify would drop values of the form: ${dropped.join("; ")}.`);
}

/** @throws DifyError with the server's failure */
async function listedBy(server: Server): Promise<readonly Candidate[]> {
  const listed = await listModels(server.connect()).catch((error: unknown) => {
    throw server.failure(error);
  });
  if (listed.length > 0) return listed;
  throw new UsageError(`${server.shown} lists no models. A plan may name them: see --plan.`);
}

/** Asks the models nothing speaks for, when that is wanted. */
async function clarified(
  planned: readonly Planned[],
  { probe }: Options,
  server: Server,
  print: (line: string) => void,
): Promise<readonly Planned[]> {
  const unclear = planned.filter(({ step, guess }) => step === "add" && guess.unclear);
  if (!probe || unclear.length === 0) return planned;
  print(`\n${probingCost(unclear.length)}`);
  const known = new Map<string, Planned>();
  for (const one of unclear) {
    // One after the other, so that a small server is not asked for all its models at once.
    // oxlint-disable-next-line no-await-in-loop
    const { guess, stoppedBy } = await probeType(server.connect(one.name));
    print(
      `  ${one.name}: ${guess?.type ?? (stoppedBy ? `not found out (${stoppedBy})` : "no type answered")}`,
    );
    if (guess?.type) known.set(one.name, { ...one, guess, step: "add", type: guess.type });
  }
  return planned.map((one) => known.get(one.name) ?? one);
}

/** A name stands for one model in a workspace: one that leads to another server is worth a word. */
async function withAddresses(
  planned: readonly Planned[],
  form: FormValues,
  dify: DifyConsole,
  { provider }: Workspace,
): Promise<readonly Planned[]> {
  const told: Planned[] = [];
  for (const one of planned) {
    const { step, name, type, guess } = one;
    // One after the other, as everything that is asked of Dify here.
    const where =
      step === "present" && type !== null
        ? // oxlint-disable-next-line no-await-in-loop
          await addressTold(dify, provider, { model: name, type }, form)
        : undefined;
    told.push(where === undefined ? one : { ...one, guess: { ...guess, why: `${guess.why}, ${where}` } });
  }
  return told;
}

/** Where a model of the workspace leads, when that is elsewhere. One that Dify cannot show stops no other. */
async function addressTold(
  dify: DifyConsole,
  provider: string,
  model: WorkspaceModel,
  form: FormValues,
): Promise<string | undefined> {
  try {
    const saved = baseOf(await savedAddress(dify, provider, model));
    return saved === undefined || saved === baseOf(form["endpoint_url"]) ? undefined : `at ${saved}`;
  } catch (error) {
    if (error instanceof ConsoleError && error.kind === "refused") return "where Dify does not tell";
    throw error;
  }
}

async function addAll(
  planned: readonly Planned[],
  { form }: Options,
  dify: DifyConsole,
  { provider }: Workspace,
  print: (line: string) => void,
): Promise<number> {
  const adding = planned.filter((one) => one.step === "add");
  const outcomes: Outcome[] = [];
  if (adding.length > 0) print("");
  for (const model of adding) {
    const started = performance.now();
    // One after the other: each is validated by calls to the same server.
    // oxlint-disable-next-line no-await-in-loop
    const failure = await failureOf(
      addModel(dify, provider, { model: model.name, type: model.type }, { ...form, ...model.form }),
    );
    const outcome = { model, took: performance.now() - started, ...(failure && { failure }) };
    outcomes.push(outcome);
    print(outcomeLine(outcome, outcomes.length, adding));
  }
  const failed = outcomes.filter(({ failure }) => failure).length;
  const present = planned.filter(({ step }) => step === "present").length;
  print(`\n${outcomes.length - failed} added, ${present} there already, ${failed} failed.`);
  if (failed > 0)
    print(
      "What was added stays; the same command tries the others again. A wrong type is corrected by --type NAME=TYPE.",
    );
  return failed > 0 ? 1 : 0;
}

async function failureOf(saving: Promise<void>): Promise<ConsoleError | undefined> {
  try {
    await saving;
    return undefined;
  } catch (error) {
    if (error instanceof ConsoleError) return error;
    throw error;
  }
}

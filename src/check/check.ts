/** Checks one server: its stages, then those of each model; what it finds is a report. */
import { readSettings } from "../../provider/settings.ts";
import { maskUrl } from "../endpoint/secrets.ts";
import type { Form } from "./lab.ts";
import { checkModel } from "./model-check.ts";
import type { TypeOf } from "./model-listing.ts";
import type { ProbedProvider } from "./probe.ts";
import { shortcoming } from "./problem.ts";
import { hasFailed, overall, worst, type ServerReport, type StageResult } from "./report.ts";
import { checkServer, type ServerFindings } from "./server-check.ts";
import { joined, StageDraft, type Subject } from "./stage-draft.ts";
import { MODEL_TYPES, STAGE_IDS, stagesOf, type ModelType, type StageId } from "./stages.ts";
import { count, type Wire } from "./wire.ts";

export interface CheckOptions {
  /** As Dify stores it; the address and the key are in it. */
  readonly form: Form;
  /** Empty: one model of each type, of those the server lists. The type is guessed where it is not told. */
  readonly models: readonly { readonly model: string; readonly type?: ModelType | undefined }[];
  /** Empty: all. */
  readonly types: readonly ModelType[];
  readonly wanted: (stage: StageId) => boolean;
  /** How often each model is checked. */
  readonly repeat: number;
  readonly probeAuth: boolean;
  /** Milliseconds. */
  readonly stageTimeout: number;
  readonly keyVariable?: string | undefined;
  readonly typeOf: TypeOf;
}

/** Told while it runs. */
export interface Listener {
  begin(stage: StageId, subject?: Subject): void;
  end(result: StageResult, wire: Wire): void;
}

export async function check(
  provider: ProbedProvider,
  options: CheckOptions,
  listener: Listener,
  signal: AbortSignal,
): Promise<ServerReport> {
  const tally = { requests: 0 };
  const report = await count(tally, () => checkAll(provider, options, listener, signal));
  return { ...report, ...tally };
}

async function checkAll(
  provider: ProbedProvider,
  options: CheckOptions,
  listener: Listener,
  signal: AbortSignal,
): Promise<Omit<ServerReport, "requests">> {
  const { form, models, wanted, probeAuth, stageTimeout, keyVariable, typeOf } = options;
  const started = performance.now();
  const stages: StageResult[] = [];
  const forms: ServerReport["forms"] = [];
  const add = (result: StageResult, wire: Wire): void => {
    stages.push(result);
    listener.end(result, wire);
  };
  const limits = { signal, each: stageTimeout };
  listener.begin("url");
  const named = models.map(({ model }) => form["endpoint_model_name"] || model);
  const server = await checkServer({ form, limits, named, probeAuth, keyVariable, typeOf });
  for (const id of stagesOf("server")) {
    const draft = server.drafts[id] ?? new StageDraft(id);
    if (draft.isEmpty) draft.skip(server.obstacle ?? "not reached");
    // What stands in the way of the rest is told, wanted or not.
    const isInTheWay = server.obstacle !== undefined && hasFailed(draft.result());
    if (wanted(id) || isInTheWay) add(draft.result(), draft.wire);
  }
  const { subjects, missing } = subjectsOf(options, server);
  for (const subject of subjects) {
    const task = {
      models: provider.models,
      subject,
      form,
      limits,
      keyVariable,
      wanted,
      listed: server.models?.find(({ id }) => id === subject.model),
      onBegin: (id: StageId) => listener.begin(id, subject),
    };
    if (server.obstacle !== undefined) {
      for (const id of stagesOf(subject.type).filter(wanted))
        add({ ...skipped(id, server.obstacle), ...subject }, []);
      continue;
    }
    const runs: StageResult[][] = [];
    for (let run = 0; run < options.repeat; run += 1) {
      const results: StageResult[] = [];
      const isLast = run === options.repeat - 1;
      // One run after the other, or they would disturb each other.
      // oxlint-disable-next-line no-await-in-loop
      const filled = await checkModel({
        ...task,
        onResult: (result, wire) => {
          results.push(result);
          const before = runs.flatMap((earlier) => earlier.filter((one) => one.stage === result.stage));
          if (isLast) add(options.repeat > 1 ? merged([...before, result]) : result, wire);
        },
      });
      runs.push(results);
      if (isLast) forms.push(filled);
    }
  }
  for (const { type, reason } of missing) {
    const [id] = stagesOf(type).filter(wanted);
    if (id === undefined) continue;
    const isFailure = server.obstacle === undefined && options.types.includes(type);
    add({ ...(isFailure ? unlisted(id, type, server) : skipped(id, server.obstacle ?? reason)), type }, []);
  }
  return {
    url: shownUrl(options),
    verdict: overall(stages),
    limitations: limitationsOf(stages),
    stages: stages.toSorted((a, b) => order(a) - order(b)),
    forms,
    milliseconds: Math.round(performance.now() - started),
  };
}

/** Stages of one model stay together. */
function order({ stage, type }: StageResult): number {
  return type === undefined ? STAGE_IDS.indexOf(stage) : STAGE_IDS.length;
}

/** Which models are tried, and for which types there are none. */
function subjectsOf(
  { models, types, wanted, typeOf }: CheckOptions,
  { models: listed = [] }: ServerFindings,
): { subjects: Subject[]; missing: { type: ModelType; reason: string }[] } {
  const hasStages = (type: ModelType): boolean => stagesOf(type).some(wanted);
  const isWanted = (type: ModelType): boolean =>
    (types.length === 0 || types.includes(type)) && hasStages(type);
  const only = types.length === 1 ? types[0] : undefined;
  if (models.length > 0) {
    const subjects = models.map(({ model, type }) => ({
      model,
      type: type ?? only ?? listed.find(({ id }) => id === model)?.type ?? typeOf({ id: model }) ?? "llm",
    }));
    return { subjects: subjects.filter(({ type }) => hasStages(type)), missing: [] };
  }
  const chosen = MODEL_TYPES.filter(isWanted).map((type) => ({
    type,
    model: listed.find((one) => one.type === type),
  }));
  return {
    subjects: chosen.flatMap(({ type, model }) => (model ? [{ type, model: model.id }] : [])),
    missing: chosen
      .filter(({ model }) => !model)
      .map(({ type }) => ({ type, reason: `no model for it is listed; name one with --model ${type}=NAME` })),
  };
}

function skipped(id: StageId, reason: string): StageResult {
  const draft = new StageDraft(id);
  draft.skip(reason);
  return draft.result();
}

/** A type that was asked for by name is missing. */
function unlisted(id: StageId, type: ModelType, { drafts }: ServerFindings): StageResult {
  const draft = new StageDraft(id);
  const hint = `Load one at the server, or name one with --model ${type}=NAME.`;
  const curl = drafts.http?.curl;
  const problem = shortcoming(`The server lists no model for ${type}.`, { hint });
  draft.problem("fail", { ...problem, ...(curl !== undefined && { curl }) });
  return draft.result();
}

/** Several runs of one stage as one: the worst verdict, and how the times spread. */
function merged(runs: readonly StageResult[]): StageResult {
  const verdict = worst(runs.map((run) => run.verdict));
  const telling = runs.findLast((run) => run.verdict === verdict) as StageResult;
  const times = runs.map(({ milliseconds }) => milliseconds).toSorted((a, b) => a - b);
  const passed = runs.filter((run) => run.verdict === "pass").length;
  return {
    ...telling,
    requests: runs.reduce((sum, { requests }) => sum + requests, 0),
    summary: joined(`${passed} of ${runs.length} runs passed`, telling.summary),
    runs: {
      count: runs.length,
      passed,
      fastest: times[0] ?? 0,
      median: times[Math.floor(times.length / 2)] ?? 0,
      slowest: times.at(-1) ?? 0,
    },
  };
}

function limitationsOf(stages: readonly StageResult[]): string[] {
  const told = stages.flatMap(({ problems, verdict }) =>
    verdict === "fail" || verdict === "timeout"
      ? []
      : problems.map(({ limitation, cause }) => limitation ?? cause),
  );
  return [...new Set(told)];
}

/** The address as it was given, without secrets. */
export function shownUrl({ form: { endpoint_url: url = "" } }: Pick<CheckOptions, "form">): string {
  const { settings } = readSettings({ endpoint_url: url });
  return URL.canParse(settings.endpoint_url) ? maskUrl(settings.endpoint_url) : url.replace(/^.*@/, "***@");
}

/** All stages of one model: what saving its form asks, then what apps ask besides. */
import type { Problem } from "./report.ts";
import { tellingFor } from "./curl.ts";
import { CHAT_STAGES, type Extra } from "./chat-stages.ts";
import { Lab, type LabOptions } from "./lab.ts";
import type { ListedModel } from "./model-listing.ts";
import { OTHER_STAGES } from "./other-stages.ts";
import { complaintProblem, endpointErrorIn, labelOf, problemOf } from "./problem.ts";
import { fillForm } from "./form.ts";
import { hasFailed, type ServerReport, type StageResult } from "./report.ts";
import type { Remedy } from "./remedies.ts";
import { isAccepted, mend, saveForm, type Mended, type Saving } from "./saving.ts";
import { StageDraft } from "./stage-draft.ts";
import { stagesOf, STAGES, type StageId } from "./stages.ts";
import { tryStress } from "./stress.ts";
import type { Wire } from "./wire.ts";

export interface ModelTask extends LabOptions {
  readonly wanted: (stage: StageId) => boolean;
  /** What the server's list says of the model. */
  readonly listed?: ListedModel | undefined;
  /** Told before a stage that takes time, and after each. */
  readonly onBegin: (stage: StageId) => void;
  readonly onResult: (result: StageResult, wire: Wire) => void;
}

const EXTRAS: Partial<Record<StageId, Extra>> = { ...CHAT_STAGES, ...OTHER_STAGES, stress: tryStress };

/** Returns the form to fill in. */
export async function checkModel(task: ModelTask): Promise<ServerReport["forms"][number]> {
  const { subject, wanted, form, listed, keyVariable } = task;
  const stages = stagesOf(subject.type).filter(wanted);
  task.onBegin(stages[0] ?? "chat");
  const saving = await saveForm(task, wanted);
  const mended = await mend(saving, task, wanted);
  const drafts = draftsOf(saving, mended, task);
  const lab = new Lab({ ...task, form: mended.saving.form });
  const works = isAccepted(mended.saving);
  const wire: Wire = [];
  const results: StageResult[] = [];
  for (const id of stages) {
    const draft = drafts.get(id) ?? new StageDraft(id, subject, tellingFor(lab.settings, keyVariable));
    task.onBegin(id);
    // One stage after the other: a server is not to be crowded, and times are to be right.
    // oxlint-disable-next-line no-await-in-loop
    await finish(id, draft, { lab, wire, works });
    wire.push(...draft.wire);
    results.push(draft.result());
    task.onResult(draft.result(), draft.wire);
  }
  const { credentials } = mended.saving.examination;
  return fillForm({
    subject,
    form: mended.saving.form,
    accepted: works,
    corrected: credentials,
    remedies: mended.remedies,
    advice: works ? adviceOf(results, form, listed) : [],
    keyVariable,
  });
}

async function finish(
  id: StageId,
  draft: StageDraft,
  { lab, wire, works }: { lab: Lab; wire: Wire; works: boolean },
): Promise<void> {
  const isDone = !draft.isEmpty && (hasFailed(draft.result()) || draft.result().verdict === "unsupported");
  if (isDone) return;
  if (draft.isEmpty && lab.options.limits.signal.aborted) draft.skip("the time for the whole check is over");
  else if (!works) draft.skip("the model cannot be used as the form stands");
  else if (STAGES[id].of === "llm" && draft.isEmpty && isProbed(id)) draft.skip("the form leaves it out");
  else await EXTRAS[id]?.(lab, draft, wire);
}

/** Stages that stand on what saving the form asked. */
function isProbed(id: StageId): boolean {
  return id === "stream" || id === "chat" || id === "tools";
}

/** What the probes found, by stage. */
function draftsOf(saving: Saving, mended: Mended, task: ModelTask): Map<StageId, StageDraft> {
  const { subject, keyVariable } = task;
  const { settings, found, last, failure, complaints } = saving.examination;
  const drafts = new Map<StageId, StageDraft>();
  const draft = (id: StageId): StageDraft => {
    const known = drafts.get(id) ?? new StageDraft(id, subject, tellingFor(settings, keyVariable));
    drafts.set(id, known);
    return known;
  };
  const first = stagesOf(subject.type).find(task.wanted) ?? "chat";
  for (const { result, stage, wire, notes } of saving.tried) {
    const one = draft(stage);
    one.spent({ wire, notes, took: result.took });
    const circumstances = { settings, found, last, timedOut: saving.timedOut };
    if (result.verdict === "failed")
      tellFailure(one, problemOf(result.failure, circumstances), saving, mended);
    else if (result.verdict === "noted") {
      const problem = problemOf(result.failure, { ...circumstances, limitation: NOTED });
      one.problem("unsupported", { ...(problem.field === undefined && TOOLS_OFF), ...problem });
    } else one.pass("");
  }
  for (const complaint of complaints) draft(first).problem("fail", complaintProblem(complaint));
  const isTold = saving.tried.some(({ result }) => result.verdict === "failed");
  if ("failure" in saving.examination && !isTold) {
    // Another key, the fallback, or the address.
    const problem = problemOf(failure, { settings, found, last, timedOut: saving.timedOut });
    draft(first).spent({ ...saving.rest, took: 0 });
    tellFailure(draft(first), problem, saving, mended);
  }
  // What was passed with another form was tried with that one.
  if (mended.saving !== saving && isAccepted(mended.saving)) {
    for (const { stage, wire, notes, result } of mended.saving.tried) {
      const one = draft(stage);
      one.spent({ wire, notes, took: result.took });
      if (!hasFailed(one.result())) one.pass("");
    }
  }
  return drafts;
}

const NOTED = "Agent nodes and apps with tools do not work with this model; answers do.";

/** Whatever the words, tools were refused. */
const TOOLS_OFF = {
  field: "function_calling_type",
  label: labelOf("function_calling_type"),
  value: "no_call",
  shown: "Off",
};

function tellFailure(draft: StageDraft, problem: Problem, saving: Saving, mended: Mended): void {
  const { remedies } = mended;
  const cured = remedies.length > 0 && isAccepted(mended.saving);
  const changes = remedies.map(({ field, shown }) => `${labelOf(field)} = ${shown}`).join(", ");
  const hint = cured ? `${problem.hint} Tried: it works with ${changes}.` : problem.hint;
  const kind = endpointErrorIn(saving.examination.failure)?.kind;
  const isLate = saving.timedOut !== undefined || kind === "deadline";
  draft.problem(isLate ? "timeout" : "fail", { ...problem, hint });
}

/** What the stages suggest for fields that are empty. */
function adviceOf(
  results: readonly StageResult[],
  form: LabOptions["form"],
  listed: ListedModel | undefined,
): Remedy[] {
  const found = results
    .flatMap(({ problems }) => problems)
    .filter(({ field, value }) => field !== undefined && value !== undefined && !form[field])
    .map(({ field = "", value = "", shown = value }) => ({ field, value, shown }));
  const size = listed?.contextSize;
  const known = found.some(({ field }) => field === "context_size") || form["context_size"];
  const context =
    size === undefined || known ? [] : [{ field: "context_size", value: String(size), shown: String(size) }];
  return [...new Map([...found, ...context].map((remedy) => [remedy.field, remedy])).values()];
}

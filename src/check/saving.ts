/**
 * What happens when Dify saves a form, watched: the probes of its model, one by one.
 *
 * When the form is refused and the remedy is known, it is tried: the form that is proposed is one that works.
 */
import { examineForm, type Examination } from "../../provider/validation.ts";
import type { Finding } from "../../provider/diagnose.ts";
import { observe, type Patience } from "./observe.ts";
import type { Form, LabOptions } from "./lab.ts";
import { findingIn, ranOut, remedyInWords } from "./problem.ts";
import { mayBeTried, remedyOf, type Remedy } from "./remedies.ts";
import type { ProbeResult } from "./run-probes.ts";
import { stageOfProbe, type StageId } from "./stages.ts";
import { questionsOf } from "./validate.ts";
import type { Wire } from "./wire.ts";

/** A probe with what it cost. */
export interface Tried {
  readonly result: ProbeResult;
  readonly stage: StageId;
  readonly wire: Wire;
  readonly notes: readonly string[];
}

export interface Saving {
  readonly form: Form;
  readonly examination: Examination;
  readonly tried: readonly Tried[];
  readonly timedOut: Patience | undefined;
  /** What was exchanged after the last probe: other keys, a closer look. */
  readonly rest: Pick<Tried, "wire" | "notes">;
}

/** @param wanted the stages whose probes run */
export async function saveForm(
  { models, subject, form, limits }: LabOptions,
  wanted: (stage: StageId) => boolean,
): Promise<Saving> {
  const model = models[subject.type];
  const probes = model.probes.filter(({ name }) => wanted(stageOfProbe(subject.type, name)));
  const target = { model: subject.model, model_type: subject.type, credentials: form };
  const tried: Tried[] = [];
  let seen = { exchanges: 0, notes: 0 };
  // Each probe may take its time.
  const patience = { signal: limits.signal, each: limits.each * (probes.length + 1) };
  const wire: Wire = [];
  const notes: string[] = [];
  const takeNew = (): Pick<Tried, "wire" | "notes"> => {
    const news = { wire: wire.slice(seen.exchanges), notes: notes.slice(seen.notes) };
    seen = { exchanges: wire.length, notes: notes.length };
    return news;
  };
  const saved = await observe(
    patience,
    (context) =>
      examineForm(
        target,
        context,
        questionsOf(probes, (result) => {
          const stage = stageOfProbe(subject.type, result.probe.name);
          tried.push({ result, stage, ...takeNew() });
        }),
      ),
    { wire, notes },
  );
  if (!saved.value) throw saved.failure;
  const timedOut = ranOut(saved.value.failure, saved.timedOut);
  return { form, examination: saved.value, tried, timedOut, rest: takeNew() };
}

export function isAccepted({ examination }: Saving): boolean {
  return !("failure" in examination) && examination.complaints.length === 0;
}

/** More changes than this are not to be guessed. */
const MAX_REMEDIES = 3;

export interface Mended {
  /** The last form that was tried. */
  readonly saving: Saving;
  readonly remedies: readonly Remedy[];
}

/** Failures that are no server's answer tell their remedy in words. */
function remedyFor(failure: unknown, finding: Finding | undefined): Remedy | undefined {
  if (finding) return remedyOf(finding);
  const { field, value, shown = "" } = remedyInWords(failure instanceof Error ? failure.message : "") ?? {};
  return field === undefined || value === undefined ? undefined : { field, value, shown };
}

/** Saves the form, and mends it where the failure tells how. */
export async function mend(
  first: Saving,
  options: LabOptions,
  wanted: (stage: StageId) => boolean,
): Promise<Mended> {
  let saving = first;
  const remedies: Remedy[] = [];
  while (!isAccepted(saving) && !saving.timedOut && remedies.length < MAX_REMEDIES) {
    const { failure, settings, found } = saving.examination;
    const remedy = remedyFor(failure, findingIn(failure, settings, found));
    const isNew = remedy !== undefined && saving.form[remedy.field] !== remedy.value;
    if (!isNew || !mayBeTried(remedy, saving.form)) break;
    remedies.push(remedy);
    const form = { ...saving.form, [remedy.field]: remedy.value };
    // Each attempt depends on how the one before it went.
    // oxlint-disable-next-line no-await-in-loop
    saving = await saveForm({ ...options, form }, wanted);
  }
  return { saving, remedies };
}

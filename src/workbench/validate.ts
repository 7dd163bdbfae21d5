/** Saves a form as Dify does: first stage by stage with the engine of `check`, then by the plugin itself. */
import { check } from "../check/check.ts";
import { costOf } from "../check/cost.ts";
import { STAGES, stagesOf, type StageId } from "../check/stages.ts";
import { forgetAll } from "../endpoint/memory.ts";
import type { ValidateEvent, Subject } from "./contract.ts";
import { failureOf } from "./run-call.ts";
import { formOf, storedModel, targetOf, type StoredModel } from "./subject.ts";
import type { Workshop } from "./workshop.ts";

/** Milliseconds for each thing that is asked. */
const STAGE_TIMEOUT = 60_000;

/** Those that run without being asked for. */
const wanted = (stage: StageId): boolean => !("onDemand" in STAGES[stage]);

type Tell = (event: ValidateEvent) => void;

export async function validate(
  subject: Subject,
  workshop: Workshop,
  id: string,
  tell: Tell,
  signal: AbortSignal,
): Promise<void> {
  const stored = storedModel(subject, workshop);
  const { type, model, complaints } = stored;
  const stages = [...stagesOf("server"), ...stagesOf(type)].filter(wanted);
  const options = {
    // The stages are the point: they run even if the form asks to be saved without.
    form: { ...formOf(stored), skip_validation: "" },
    models: [{ model, type }],
    types: [type],
    wanted,
    repeat: 1,
    probeAuth: false,
    stageTimeout: STAGE_TIMEOUT,
    typeOf: workshop.typeOf,
  };
  const { requests, written } = costOf(options);
  tell({
    event: "begin",
    id,
    stages: stages.map((stage) => ({ stage, title: STAGES[stage].title })),
    cost: { requests, tokens: written },
  });
  if (complaints.length > 0) {
    tell({ event: "refused", complaints });
    tell({ event: "end", outcome: "failed" });
    return;
  }
  // What an earlier validation learned would hide what the server refuses.
  forgetAll();
  const report = await check(
    workshop.engine,
    options,
    {
      begin: (stage) => tell({ event: "stage-begin", stage }),
      end: (result) => tell({ event: "stage-end", result }),
    },
    signal,
  );
  if (signal.aborted) {
    tell({ event: "end", outcome: "cancelled" });
    return;
  }
  const { verdict, limitations, forms, milliseconds } = report;
  const form = forms[0]?.fields ?? [];
  tell({ event: "verdict", verdict, limitations, form, requests: report.requests, milliseconds });
  const accepted = await askPlugin(stored, workshop, tell, signal);
  tell({ event: "end", outcome: signal.aborted ? "cancelled" : accepted ? "done" : "failed" });
}

/** Returns whether Dify would save the form. */
async function askPlugin(
  stored: StoredModel,
  { host, provider }: Workshop,
  tell: Tell,
  signal: AbortSignal,
): Promise<boolean> {
  tell({ event: "dify-begin" });
  const started = performance.now();
  const took = (): number => Math.round(performance.now() - started);
  const asked = { ...targetOf(stored, provider), credentials: formOf(stored) };
  try {
    const [answer] = await host.call({ ...asked, action: "validate_model_credentials" }, {}, signal);
    const { credentials = {} } = Object(answer) as { credentials?: Record<string, string> };
    tell({ event: "dify", accepted: true, credentials, milliseconds: took() });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    const failure = failureOf(error, (text) => stored.scrub.text(text));
    tell({ event: "dify", accepted: false, error: failure, credentials: {}, milliseconds: took() });
    return false;
  }
}

/** What a check found, as data: `report.schema.json` is made from this. */
import * as z from "zod";
import { MODEL_TYPES, STAGE_IDS } from "./stages.ts";

export const VERDICTS = ["pass", "warn", "fail", "unsupported", "timeout", "skip"] as const;
export type Verdict = (typeof VERDICTS)[number];

const milliseconds = z.number().nonnegative();

/** Why a stage did not pass, and what to do. */
const problem = z.strictObject({
  cause: z.string(),
  /** What to do, or where to look. */
  hint: z.string(),
  /** The diagnosis's name, the same as in the plugin. */
  diagnosis: z.string().optional(),
  /** The form field to change, by its variable and by its label. */
  field: z.string().optional(),
  label: z.string().optional(),
  /** What to put there, as Dify stores it. */
  value: z.string().optional(),
  /** The same, as the form shows it. */
  shown: z.string().optional(),
  /** The server's own words. */
  said: z.string().optional(),
  /** What Dify shows under the form when it is saved so. */
  shownInDify: z.string().optional(),
  /** What apps will notice. */
  limitation: z.string().optional(),
  /** The request to try by hand; the key is a shell variable. */
  curl: z.string().optional(),
});
export type Problem = z.output<typeof problem>;

const stageResult = z.strictObject({
  stage: z.enum(STAGE_IDS),
  title: z.string(),
  type: z.enum(MODEL_TYPES).optional(),
  model: z.string().optional(),
  verdict: z.enum(VERDICTS),
  /** The evidence in one line; for `skip`, the reason. */
  summary: z.string(),
  evidence: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** What the plugin did to please the server. */
  notes: z.array(z.string()),
  problems: z.array(problem),
  milliseconds,
  requests: z.int().nonnegative(),
  /** With `--repeat`. */
  runs: z
    .strictObject({
      count: z.int(),
      passed: z.int(),
      fastest: milliseconds,
      median: milliseconds,
      slowest: milliseconds,
    })
    .optional(),
});
export type StageResult = z.output<typeof stageResult>;

/** One field to fill in. */
const formField = z.strictObject({
  field: z.string(),
  label: z.string(),
  /** What to type or choose; for the key, where it comes from. */
  shown: z.string(),
  /** As Dify stores it; absent for secrets. */
  value: z.string().optional(),
});
export type FormField = z.output<typeof formField>;

export const OVERALL = ["ready", "ready with limitations", "not ready", "no connection"] as const;
export type Overall = (typeof OVERALL)[number];

const serverReport = z.strictObject({
  /** As it was given, without secrets. */
  url: z.string(),
  verdict: z.enum(OVERALL),
  limitations: z.array(z.string()),
  stages: z.array(stageResult),
  forms: z.array(
    z.strictObject({
      type: z.enum(MODEL_TYPES),
      model: z.string(),
      /** Whether Dify saves it so: it was tried. */
      accepted: z.boolean(),
      fields: z.array(formField),
    }),
  ),
  requests: z.int().nonnegative(),
  milliseconds,
});
export type ServerReport = z.output<typeof serverReport>;

export const report = z.strictObject({
  version: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  started: z.iso.datetime(),
  /** One, or two that were compared. */
  servers: z.array(serverReport).min(1).max(2),
});
export type Report = z.output<typeof report>;

export function reportSchema(): object {
  return z.toJSONSchema(report, { target: "draft-2020-12" });
}

const FAILED: ReadonlySet<Verdict> = new Set(["fail", "timeout"]);
const LIMITED: ReadonlySet<Verdict> = new Set(["warn", "unsupported"]);
const WAY_THERE: ReadonlySet<string> = new Set(["network", "http"]);

export function hasFailed({ verdict }: Pick<StageResult, "verdict">): boolean {
  return FAILED.has(verdict);
}

/** A server that was reached may be of no use; one that was not says nothing about its models. */
export function overall(stages: readonly StageResult[]): Overall {
  const failed = stages.filter(hasFailed);
  if (failed.some(({ stage }) => WAY_THERE.has(stage))) return "no connection";
  if (failed.length > 0 || isUntried(stages)) return "not ready";
  return stages.some(({ verdict }) => LIMITED.has(verdict)) ? "ready with limitations" : "ready";
}

/** Models were wanted, and none was found to try. */
function isUntried(stages: readonly StageResult[]): boolean {
  const ofModels = stages.filter(({ type }) => type !== undefined);
  return ofModels.length > 0 && ofModels.every(({ model }) => model === undefined);
}

/** The worst of several runs of one stage. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  const order: readonly Verdict[] = ["timeout", "fail", "unsupported", "warn", "pass", "skip"];
  return order.find((verdict) => verdicts.includes(verdict)) ?? "skip";
}

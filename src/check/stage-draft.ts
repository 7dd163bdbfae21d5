/** What is found out in one stage, until it is told. */
import type { Observation } from "./observe.ts";
import { worst, type Problem, type StageResult, type Verdict } from "./report.ts";
import { STAGES, type ModelType, type StageId } from "./stages.ts";
import type { Wire } from "./wire.ts";

export interface Subject {
  readonly type: ModelType;
  readonly model: string;
}

export class StageDraft {
  readonly wire: Wire = [];
  readonly problems: Problem[] = [];
  readonly evidence: StageResult["evidence"] = {};
  readonly #stage: StageId;
  readonly #subject: Subject | undefined;
  readonly #notes: string[] = [];
  readonly #verdicts: Verdict[] = [];
  readonly #summaries: string[] = [];
  #took = 0;

  constructor(stage: StageId, subject?: Subject) {
    this.#stage = stage;
    this.#subject = subject;
  }

  /** Whether nothing was tried. */
  get isEmpty(): boolean {
    return this.#verdicts.length === 0;
  }

  /** Takes the time, requests and notes of something that ran. */
  spent({ wire, notes, took }: Pick<Observation<unknown>, "wire" | "notes" | "took">): void {
    this.wire.push(...wire);
    this.#notes.push(...notes);
    this.#took += took;
  }

  pass(summary: string): void {
    this.#tell("pass", summary);
  }

  /** @param summary what is seen instead of the cause */
  problem(verdict: Exclude<Verdict, "pass" | "skip">, problem: Problem, summary?: string): void {
    this.problems.push(problem);
    this.#tell(verdict, summary ?? problem.cause);
  }

  skip(reason: string): void {
    this.#tell("skip", reason);
  }

  /** Rounded, and only what is known. */
  prove(evidence: Readonly<Record<string, string | number | boolean | undefined>>): void {
    for (const [name, value] of Object.entries(evidence)) {
      if (value === undefined) continue;
      this.evidence[name] = typeof value === "number" ? Number(value.toPrecision(6)) : value;
    }
  }

  result(): StageResult {
    return {
      stage: this.#stage,
      title: STAGES[this.#stage].title,
      ...this.#subject,
      verdict: worst(this.#verdicts),
      summary: this.#summaries.join("; "),
      evidence: this.evidence,
      notes: [...new Set(this.#notes)],
      problems: this.problems,
      milliseconds: Math.round(this.#took),
      requests: this.wire.length,
    };
  }

  #tell(verdict: Verdict, summary: string): void {
    this.#verdicts.push(verdict);
    if (summary !== "" && !this.#summaries.includes(summary)) this.#summaries.push(summary);
  }
}

/** What is found out in one stage, until it is told. */
import type { Observation } from "./observe.ts";
import { worst, type Problem, type StageResult, type Verdict } from "./report.ts";
import { STAGES, type ModelType, type StageId } from "./stages.ts";
import type { Wire } from "./wire.ts";

export interface Subject {
  readonly type: ModelType;
  readonly model: string;
}

const MAX_QUOTE = 60;
const MAX_EVIDENCE = 300;

export class StageDraft {
  readonly wire: Wire = [];
  readonly problems: Problem[] = [];
  readonly evidence: StageResult["evidence"] = {};
  readonly #stage: StageId;
  readonly #subject: Subject | undefined;
  readonly #mask: (text: string) => string;
  readonly #notes: string[] = [];
  readonly #verdicts: Verdict[] = [];
  readonly #summaries: string[] = [];
  #took = 0;

  /** @param mask takes the form's secrets out of what a server said */
  constructor(stage: StageId, subject?: Subject, mask: (text: string) => string = (text) => text) {
    this.#stage = stage;
    this.#subject = subject;
    this.#mask = mask;
  }

  /** Whether nothing was tried. */
  get isEmpty(): boolean {
    return this.#verdicts.length === 0;
  }

  /** Takes the time, requests and notes of something that ran. */
  spent({ wire, notes, took }: Pick<Observation<unknown>, "wire" | "notes" | "took">): void {
    this.wire.push(...wire);
    this.#notes.push(...notes.map(this.#mask));
    this.#took += took;
  }

  pass(summary: string): void {
    this.#tell("pass", summary);
  }

  /** @param summary what is seen instead of the cause */
  problem(verdict: Exclude<Verdict, "pass" | "skip">, problem: Problem, summary?: string): void {
    const masked = Object.entries(problem).map(([name, text]) => [name, this.#mask(text ?? "")]);
    this.problems.push(Object.fromEntries(masked) as Problem);
    this.#tell(verdict, summary ?? problem.cause);
  }

  skip(reason: string): void {
    this.#tell("skip", reason);
  }

  /** Rounded, and only what is known. */
  prove(evidence: Readonly<Record<string, string | number | boolean | undefined>>): void {
    for (const [name, value] of Object.entries(evidence)) {
      if (value === undefined) continue;
      if (typeof value === "number") this.evidence[name] = Number(value.toPrecision(6));
      else this.evidence[name] = typeof value === "string" ? this.quote(value, MAX_EVIDENCE) : value;
    }
  }

  /** What a server said, without secrets: masked before it is cut, for half a key is not found. */
  quote(text: string, most = MAX_QUOTE): string {
    const line = this.#mask(text).replaceAll(/\s+/g, " ").trim();
    return line.length > most ? `${line.slice(0, most)}...` : line;
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
    const masked = this.#mask(summary);
    if (masked !== "" && !this.#summaries.includes(masked)) this.#summaries.push(masked);
  }
}

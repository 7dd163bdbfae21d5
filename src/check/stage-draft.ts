/** What is found out in one stage, until it is told. */
import type { Observation } from "./observe.ts";
import { worst, type Problem, type StageResult, type Verdict } from "./report.ts";
import { STAGES, type ModelType, type StageId } from "./stages.ts";
import type { Telling } from "./curl.ts";
import type { Wire } from "./wire.ts";

export interface Subject {
  readonly type: ModelType;
  readonly model: string;
}

const MAX_QUOTE = 60;
const MAX_EVIDENCE = 300;

/** Of a stage that sends nothing and is told nothing. */
const NOTHING: Telling = { mask: (text) => text, curl: () => "" };

export interface About {
  /** What is seen instead of the cause. */
  readonly summary?: string;
  /** The requests it was read from, the last one above all; the stage's own, when absent. */
  readonly wire?: Wire;
}

export class StageDraft {
  readonly wire: Wire = [];
  readonly problems: Problem[] = [];
  readonly evidence: StageResult["evidence"] = {};
  readonly #stage: StageId;
  readonly #subject: Subject | undefined;
  readonly #telling: Telling;
  readonly #notes: string[] = [];
  readonly #verdicts: Verdict[] = [];
  readonly #summaries: string[] = [];
  #took = 0;

  constructor(stage: StageId, subject?: Subject, telling: Telling = NOTHING) {
    this.#stage = stage;
    this.#subject = subject;
    this.#telling = telling;
  }

  /** Whether nothing was tried. */
  get isEmpty(): boolean {
    return this.#verdicts.length === 0;
  }

  /** Takes the time, requests and notes of something that ran. */
  spent({ wire, notes, took }: Pick<Observation<unknown>, "wire" | "notes" | "took">): void {
    this.wire.push(...wire);
    this.#notes.push(...notes.map((note) => this.#telling.mask(note)));
    this.#took += took;
  }

  pass(summary: string): void {
    this.#tell("pass", summary);
  }

  problem(verdict: Exclude<Verdict, "pass" | "skip">, problem: Problem, about: About = {}): void {
    const { summary = problem.cause, wire = this.wire } = about;
    this.#tell(verdict, summary);
    const { cause, limitation } = problem;
    if (this.problems.some((known) => known.cause === cause && known.limitation === limitation)) return;
    const curl = this.#curlOf(wire);
    const shown = { ...(curl !== undefined && { curl }), ...problem };
    const masked = Object.entries(shown).map(([name, text]) => [name, this.#telling.mask(text ?? "")]);
    this.problems.push(Object.fromEntries(masked) as Problem);
  }

  /** The last request, as a command; undefined where none was sent. */
  get curl(): string | undefined {
    return this.#curlOf(this.wire);
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
    const line = this.#telling.mask(text).replaceAll(/\s+/g, " ").trim();
    return line.length > most ? `${line.slice(0, most)}...` : line;
  }

  result(): StageResult {
    return {
      stage: this.#stage,
      title: STAGES[this.#stage].title,
      ...this.#subject,
      verdict: worst(this.#verdicts),
      summary: this.#summaries.reduce(joined, ""),
      evidence: this.evidence,
      notes: [...new Set(this.#notes)],
      problems: this.problems,
      milliseconds: Math.round(this.#took),
      requests: this.wire.length,
    };
  }

  #curlOf(wire: Wire): string | undefined {
    const last = wire.at(-1);
    return last && this.#telling.curl(last);
  }

  #tell(verdict: Verdict, summary: string): void {
    this.#verdicts.push(verdict);
    const masked = this.#telling.mask(summary);
    if (masked !== "" && !this.#summaries.includes(masked)) this.#summaries.push(masked);
  }
}

/** Sentences one after the other, anything else after a semicolon. */
export function joined(before: string, text: string): string {
  if (before === "") return text;
  const open = before.replace(/\.$/, "");
  return `${open}${/^[A-Z]/.test(text) ? "." : ";"} ${text}`;
}

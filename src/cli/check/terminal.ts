/** A report for a person at a terminal: one line a stage, details under what did not pass. */
import type { WriteStream } from "node:tty";
import { STAGES, type StageId } from "../../check/stages.ts";
import type { Listener } from "../../check/check.ts";
import type { Problem, Report, ServerReport, StageResult, Verdict } from "../../check/report.ts";

const MARKS: Readonly<Record<Verdict, { readonly word: string; readonly colour: number }>> = {
  pass: { word: "PASS", colour: 32 },
  warn: { word: "WARN", colour: 33 },
  fail: { word: "FAIL", colour: 31 },
  unsupported: { word: "UNSUP", colour: 33 },
  timeout: { word: "TIME", colour: 31 },
  skip: { word: "skip", colour: 90 },
};

export interface TerminalOptions {
  readonly stream: NodeJS.WriteStream | WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly verbose: boolean;
}

/** Writes stage by stage; a line that changes shows what is under way, on a terminal only. */
export class Terminal implements Listener {
  readonly #stream: TerminalOptions["stream"];
  readonly #verbose: boolean;
  readonly #lives: boolean;
  readonly #colours: boolean;
  #told: string | undefined;

  constructor({ stream, env, verbose }: TerminalOptions) {
    this.#stream = stream;
    this.#verbose = verbose;
    this.#lives = stream.isTTY && env["TERM"] !== "dumb";
    this.#colours = this.#lives && !env["NO_COLOR"];
  }

  /** Headings are told anew. */
  beginServer(): void {
    this.#told = undefined;
  }

  print(line: string): void {
    this.#clear();
    this.#stream.write(`${line}\n`);
  }

  begin(stage: StageId, subject?: { readonly model: string }): void {
    if (!this.#lives) return;
    this.#clear();
    const what = `... ${STAGES[stage].title}${subject ? `, ${subject.model}` : ""}`;
    this.#stream.write(this.#colour(what.slice(0, Math.max(20, (this.#stream.columns || 80) - 1)), 90));
  }

  end(result: StageResult): void {
    const { verdict, title, type, model, summary, milliseconds, problems } = result;
    const about = type === undefined ? "" : model === undefined ? type : plain(`${type}, model ${model}`);
    if (about !== this.#told) this.print(about === "" ? "" : `\n${about}`);
    this.#told = about;
    const { word, colour } = MARKS[verdict];
    const took = verdict === "skip" ? "" : `${milliseconds} ms`;
    this.print(
      `  ${this.#colour(word.padEnd(5), colour)} ${title.padEnd(30)} ${took.padStart(9)}  ${firstLine(summary)}`,
    );
    // Of several, each hint wants its cause.
    const isTold = ({ cause }: Problem): boolean =>
      problems.length === 1 && firstLine(summary).includes(cause.replace(/\.$/, ""));
    for (const problem of problems) this.#detail(problem, isTold(problem));
    if (!this.#verbose) return;
    for (const [name, value] of Object.entries(result.evidence))
      this.print(`          ${name}: ${plain(String(value))}`);
    for (const note of result.notes) this.print(`          note: ${plain(note)}`);
  }

  #detail(problem: Problem, isCauseTold: boolean): void {
    const { cause, hint, label, shown, said, limitation, curl, shownInDify } = problem;
    const line = (name: string, text: string | undefined): void => {
      if (text !== undefined && text !== "")
        this.print(`          ${this.#colour(name.padEnd(8), 90)} ${plain(text)}`);
    };
    if (!isCauseTold) line("cause", cause);
    line("hint", hint);
    line("form", label === undefined ? undefined : shown === undefined ? label : `${label} = ${shown}`);
    line("effect", limitation);
    line("said", said);
    if (this.#verbose) line("in Dify", shownInDify);
    line("try it", curl);
  }

  #clear(): void {
    if (this.#lives) this.#stream.write("\r\x1b[K");
  }

  #colour(text: string, code: number): string {
    return this.#colours ? `\x1b[${code}m${text}\x1b[0m` : text;
  }
}

/** What stands after the stages. */
export function conclusion({ servers }: Report): string[] {
  return servers.flatMap((server) => [
    "",
    `${server.verdict.toUpperCase()}  ${server.url}  (${server.requests} ${server.requests === 1 ? "request" : "requests"}, ${(server.milliseconds / 1000).toFixed(1)} s)`,
    ...server.limitations.map((limitation) => `  - ${plain(limitation)}`),
    ...formLines(server),
  ]);
}

function formLines({ forms }: ServerReport): string[] {
  return forms.flatMap(({ accepted, fields }) => {
    const width = Math.max(...fields.map(({ label }) => label.length));
    return [
      "",
      accepted ? "Fill in Dify's form like this:" : "Dify does not save this form as it stands:",
      ...fields.map(({ label, shown }) => `  ${label.padEnd(width)}  ${plain(shown)}`),
    ];
  });
}

function firstLine(text: string): string {
  const line = plain(text).replaceAll(/\s+/g, " ");
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

/** What a server sends must not steer the terminal. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "?");
}

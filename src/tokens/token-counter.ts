import type { Worker } from "node:worker_threads";
import { estimateTokens } from "./estimate-tokens.ts";
import type { Tokens } from "./tokens.ts";

/** A tokenizer holds some 80 MB; it is let go when it was not used for this long. */
const IDLE_MS = 60_000;

/** To the thread: count the texts, or cut them when there is a limit. */
export interface Question {
  id: number;
  texts: readonly string[];
  limit?: number;
}

export interface Answer {
  id: number;
  counts?: number[];
  texts?: string[];
}

interface Job {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/**
 * Counts tokens offline with OpenAI's `o200k_base`, in a thread of its own: loading the tables and
 * counting a long text would hold up every stream.
 */
export class TokenCounter implements Tokens {
  readonly #workerFile: string;
  readonly #log: (message: string) => void;
  #worker: Worker | undefined;
  #jobs = new Map<number, Job>();
  #next = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(workerFile: string, log: (message: string) => void) {
    this.#workerFile = workerFile;
    this.#log = log;
  }

  /** One count for each text; an estimate when the tokenizer cannot run. Always answers. */
  async count(texts: readonly string[]): Promise<number[]> {
    if (texts.length === 0) return [];
    try {
      return (await this.#ask({ texts })).counts ?? [];
    } catch (error) {
      this.#log(`tokens are estimated, the tokenizer failed: ${String(error)}`);
      return texts.map(estimateTokens);
    }
  }

  /**
   * The texts, the longer ones cut to their first `limit` tokens, or to about as many when the tokenizer
   * cannot run. Most texts are not looked at: no text has more tokens than bytes.
   */
  async cut(texts: readonly string[], limit: number): Promise<string[]> {
    const long = texts.filter((text) => mayExceed(text, limit));
    if (long.length === 0) return [...texts];
    const short = await this.#cut(long, limit);
    return texts.map((text) => (mayExceed(text, limit) ? (short.shift() ?? text) : text));
  }

  async #cut(texts: readonly string[], limit: number): Promise<string[]> {
    try {
      return (await this.#ask({ texts, limit })).texts ?? [];
    } catch (error) {
      this.#log(`texts are cut by an estimate, the tokenizer failed: ${String(error)}`);
      return texts.map((text) => text.slice(0, Math.floor((text.length * limit) / estimateTokens(text))));
    }
  }

  #ask(question: Omit<Question, "id">): Promise<Answer> {
    const worker = (this.#worker ??= this.#start());
    clearTimeout(this.#idle);
    // Only work in hand keeps the process alive.
    worker.ref();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#jobs.set(id, { resolve, reject });
      worker.postMessage({ id, ...question } satisfies Question);
    });
  }

  #start(): Worker {
    const worker = new (process.getBuiltinModule("node:worker_threads").Worker)(this.#workerFile);
    worker.on("message", (answer: Answer) => {
      this.#jobs.get(answer.id)?.resolve(answer);
      this.#jobs.delete(answer.id);
      if (this.#jobs.size === 0) this.#endWhenIdle(worker);
    });
    worker.once("error", (error) => this.#fail(worker, error));
    worker.once("exit", () => this.#fail(worker, new Error("the tokenizer ended")));
    return worker;
  }

  #endWhenIdle(worker: Worker): void {
    worker.unref();
    this.#idle = setTimeout(() => {
      this.#worker = undefined;
      void worker.terminate();
    }, IDLE_MS);
    this.#idle.unref();
  }

  #fail(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    for (const job of jobs) job.reject(error);
  }
}

function mayExceed(text: string, limit: number): boolean {
  // A UTF-16 unit takes at most three bytes.
  return text.length * 3 > limit && Buffer.byteLength(text) > limit;
}

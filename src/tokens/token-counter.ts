import { Worker } from "node:worker_threads";
import { estimateTokens } from "./estimate-tokens.ts";

/** A tokenizer holds some 80 MB; it is let go when it was not used for this long. */
const IDLE_MS = 60_000;

interface Job {
  resolve(counts: number[]): void;
  reject(error: Error): void;
}

/**
 * Counts tokens offline with OpenAI's `o200k_base`, in a thread of its own: loading the tables and
 * counting a long text would hold up every stream.
 */
export class TokenCounter {
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
      return await this.#ask(texts);
    } catch (error) {
      this.#log(`tokens are estimated, the tokenizer failed: ${String(error)}`);
      return texts.map(estimateTokens);
    }
  }

  #ask(texts: readonly string[]): Promise<number[]> {
    const worker = (this.#worker ??= this.#start());
    clearTimeout(this.#idle);
    // Only work in hand keeps the process alive.
    worker.ref();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#jobs.set(id, { resolve, reject });
      worker.postMessage({ id, texts });
    });
  }

  #start(): Worker {
    const worker = new Worker(this.#workerFile);
    worker.on("message", ({ id, counts }: { id: number; counts: number[] }) => {
      this.#jobs.get(id)?.resolve(counts);
      this.#jobs.delete(id);
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

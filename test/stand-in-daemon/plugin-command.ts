import { spawn, type ChildProcess } from "node:child_process";
import { LineBuffer, lineText } from "../../src/runtime/lines.ts";

export interface PluginCommand {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
}

/** A plugin started apart from its conversation, which goes over a connection. */
export class PluginCommandProcess {
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** Lines of stdout and stderr. */
  readonly log: string[] = [];
  readonly #watchers = new Set<() => void>();

  constructor({ command, args, cwd, env }: PluginCommand) {
    // What would make this process's own Node behave otherwise stays here.
    const { NODE_OPTIONS: _options, ...inherited } = process.env;
    this.child = spawn(command, args, { cwd, env: { ...inherited, ...env } });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      const lines = new LineBuffer();
      stream?.on("data", (bytes: Buffer) => {
        this.log.push(...lines.push(bytes).map(lineText));
        for (const watcher of this.#watchers) watcher();
      });
    }
    this.exited = new Promise((resolve) => this.child.once("close", resolve));
  }

  /** The first printed line that matches, also one from before. @throws Error when the plugin ends without */
  async line(pattern: RegExp): Promise<RegExpMatchArray> {
    const found = Promise.withResolvers<RegExpMatchArray>();
    const look = (): void => {
      for (const line of this.log) {
        const match = line.match(pattern);
        if (match) found.resolve(match);
      }
    };
    this.#watchers.add(look);
    look();
    void this.exited.then((code) =>
      found.reject(new Error(`the plugin ended with code ${code}: ${this.log.join(" | ")}`)),
    );
    try {
      return await found.promise;
    } finally {
      this.#watchers.delete(look);
    }
  }
}

/** @throws Error that lists what is wrong, when anything is */
export function assertGoodEnd(code: number | null, complaints: string[], log: string[]): void {
  const wrong = code === 0 ? complaints : [`the plugin ended with code ${code}`, ...complaints];
  if (wrong.length > 0) throw new Error([...wrong, ...log.slice(-5)].join("\n  "));
}

/** What must hold for a model to be of use, tried with the smallest request that shows it. */
import type { ModelProvider, Sink } from "../dify/models.ts";
import type { Connection } from "../../provider/connection.ts";
import type { Settings } from "../../provider/settings.ts";

export interface Probe {
  /** In one word or two, such as `tool call`. */
  readonly name: string;
  /** Whether the form asks for it; always, when absent. */
  wanted?(settings: Settings, model: string): boolean;
  /** Whether a refusal is only noted, because the form leaves it to the server; never, when absent. */
  optional?(settings: Settings): boolean;
  /** @throws what the server's failure is told as */
  run(connection: Connection): Promise<Lesson | void>;
}

/** What a probe teaches that lasts. */
export interface Lesson {
  /** Numbers in a vector. */
  readonly dimensions?: number;
}

/** Tells what must hold for its models, in the order to try. */
export interface Probed {
  readonly probes: readonly Probe[];
}

/** A provider of which every model tells what must hold for it. */
export interface ProbedProvider extends ModelProvider {
  readonly models: {
    readonly [Type in keyof ModelProvider["models"]]-?: NonNullable<ModelProvider["models"][Type]> & Probed;
  };
}

/** Takes an answer nobody reads. */
export const NOWHERE: Sink<unknown> = { write: () => true, drained: () => Promise.resolve() };

/** What an import will do with each model of the server. */
import type { FormValues } from "./form-values.ts";
import type { Guess, ModelType } from "./model-type.ts";
import { matchesName } from "./name-pattern.ts";
import { UsageError } from "./usage-error.ts";
import type { Workspace } from "./workspace.ts";

/** A model that may be added, from the server's list or from a plan file. */
export interface Candidate {
  readonly name: string;
  readonly guess: Guess;
  /** A person chose the type. */
  readonly decided?: true;
  /** Values of its own, over those that all models share. */
  readonly form?: FormValues;
}

export interface Choices {
  /** Patterns; none: all. */
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** The last one that fits decides. */
  readonly types: readonly { readonly pattern: string; readonly type: ModelType }[];
}

export type Planned = Candidate &
  (
    | { readonly step: "add"; readonly type: ModelType }
    | { readonly step: "present" | "leave"; readonly type: ModelType | null }
  );

/** The models that are chosen, with the types a person gave. @throws UsageError for a pattern that fits none */
export function choose(candidates: readonly Candidate[], { only, skip, types }: Choices): Candidate[] {
  const names = candidates.map(({ name }) => name);
  const patterns = [
    ...only.map((pattern) => ["--only", pattern] as const),
    ...skip.map((pattern) => ["--skip", pattern] as const),
    ...types.map(({ pattern }) => ["--type", pattern] as const),
  ];
  for (const [option, pattern] of patterns) {
    if (!names.some((name) => matchesName(pattern, name)))
      throw new UsageError(`${option} ${pattern} fits no model of the server.`);
  }
  return candidates
    .filter(({ name }) => only.length === 0 || only.some((pattern) => matchesName(pattern, name)))
    .filter(({ name }) => !skip.some((pattern) => matchesName(pattern, name)))
    .map((candidate) => {
      const chosen = types.findLast(({ pattern }) => matchesName(pattern, candidate.name));
      return chosen
        ? { ...candidate, guess: { type: chosen.type, why: "--type" }, decided: true }
        : candidate;
    });
}

/** A model the workspace has is left alone; what it is there counts for more than a guess. */
export function plan(candidates: readonly Candidate[], { models, modelTypes }: Workspace): Planned[] {
  return candidates.map((candidate): Planned => {
    const { name, guess, decided } = candidate;
    const namesakes = models.filter(({ model }) => model === name);
    const same = namesakes.find(({ type }) => type === guess.type) ?? (decided ? undefined : namesakes[0]);
    if (same) {
      const why = "in the workspace already";
      return {
        ...candidate,
        guess: { type: guess.type, why },
        step: "present",
        type: same.type as ModelType,
      };
    }
    const { type } = guess;
    if (type === null) return { ...candidate, step: "leave", type };
    if (!modelTypes.includes(type)) {
      const why = `the provider has no type ${type}`;
      return { ...candidate, guess: { type, why }, step: "leave", type };
    }
    return { ...candidate, step: "add", type };
  });
}

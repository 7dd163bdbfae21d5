/** What a validation that passed writes back into the form. */
import { readAddress, requestUrl, suggestedBase, type Operation } from "../src/endpoint/address.ts";
import type { LearnedValues } from "./field-values.ts";
import type { Settings } from "./settings.ts";

/** The operations a model type may use. */
const OPERATIONS: Readonly<Record<string, readonly Operation[]>> = {
  llm: ["chat/completions", "completions", "responses"],
  "text-embedding": ["embeddings"],
  rerank: ["rerank"],
  moderation: ["moderations"],
  speech2text: ["audio/transcriptions"],
  tts: ["audio/speech"],
};

/** Operation → the full URL that answered, with the model's name that was sent. */
export type Answered = ReadonlyMap<Operation, string>;

/**
 * Fields for Dify to store: strings, no secrets, the same at every validation, because Dify drops what the
 * form does not draw before it asks again.
 */
export function corrections(
  { endpoint_url: pasted }: Pick<Settings, "endpoint_url">,
  modelType: string,
  model: string,
  answered: Answered,
  lesson: Pick<LearnedValues, "dimensions">,
): Record<string, string> {
  const address = readAddress(pasted);
  const moved = [...answered].filter(
    ([operation, url]) =>
      // Others, such as a list of voices, say nothing about the base.
      OPERATIONS[modelType]?.includes(operation) && url !== requestUrl(address, operation, model),
  );
  const base = correctedBase(pasted, modelType, moved);
  const kept = readAddress(base ?? pasted);
  const paths = Object.fromEntries(
    [...answered]
      .filter(([operation, url]) => url !== requestUrl(kept, operation, model))
      .map(([operation, url]) => [operation, new URL(url).pathname]),
  );
  const learned: LearnedValues = { ...lesson, ...(Object.keys(paths).length > 0 && { paths }) };
  return {
    ...(base !== undefined && base !== pasted && { endpoint_url: base }),
    ...(Object.keys(learned).length > 0 && { learned: JSON.stringify(learned) }),
  };
}

/** Undefined: what was pasted stays. */
function correctedBase(
  pasted: string,
  modelType: string,
  moved: readonly (readonly [Operation, string])[],
): string | undefined {
  const { exact, query, deployment } = readAddress(pasted);
  const untouched = exact !== undefined && OPERATIONS[modelType]?.includes(exact.operation);
  if (untouched || query !== "" || deployment !== undefined) return undefined;
  const [first] = moved;
  if (!first) return suggestedBase(pasted);
  const [operation, url] = first;
  // The base that was found, if it is read as what it is.
  const base = url.endsWith(`/${operation}`) ? url.slice(0, -operation.length - 1) : undefined;
  return base !== undefined && readAddress(base).base === base ? base : undefined;
}

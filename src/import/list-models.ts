/** The models of a server, with all that it says about their types. */
import * as z from "zod";
import { EndpointError } from "../endpoint/endpoint-error.ts";
import type { Connection } from "../../provider/connection.ts";
import type { Guess } from "./model-type.ts";
import { guessByName } from "./model-names.ts";
import { statedType } from "./stated-type.ts";

export interface ListedModel {
  readonly name: string;
  readonly guess: Guess;
}

type Ask = Pick<Connection, "call">;

const item = z.looseObject({ id: z.string().min(1), owned_by: z.string().nullish().catch(undefined) });
type Item = z.infer<typeof item>;

/** Together sends a bare array; some servers list names alone. */
const items = z.array(
  z.union([z.string().transform((id) => ({ id })), item, z.unknown().transform(() => undefined)]),
);
const modelList = z.union([items, z.object({ data: items }).transform(({ data }) => data)]);

/** @throws EndpointError */
export async function listModels(connection: Ask): Promise<readonly ListedModel[]> {
  const listed = await connection.call({ operation: "models", read: (answer) => answer.read(modelList) });
  const found = new Map<string, Item>();
  for (const one of listed) if (one && !found.has(one.id)) found.set(one.id, one);
  const silent = [...found.values()].filter((one) => !statedType(one));
  const told = await askFurther(connection, silent);
  return [...found.values()].map((one) => ({
    name: one.id,
    guess: statedType(one) ?? told.get(one.id) ?? guessByName(one.id),
  }));
}

/** Servers that keep it elsewhere; which one it is shows in whom it names as the models' owner. */
async function askFurther(connection: Ask, silent: readonly Item[]): Promise<ReadonlyMap<string, Guess>> {
  if (silent.length === 0) return new Map();
  const owner = silent[0]?.owned_by ?? "";
  if (owner === "library") return askOllama(connection, silent);
  if (/^organization[_-]owner$/.test(owner)) return askLmStudio(connection);
  return askLiteLlm(connection);
}

const liteLlmModels = z.object({
  data: z.array(
    z.object({
      model_name: z.string(),
      model_info: z.looseObject({}).nullish(),
      litellm_params: z.looseObject({ model: z.string().nullish() }).nullish(),
    }),
  ),
});

/** LiteLLM's names are the admin's own; what a model stands for has a name that says more. */
async function askLiteLlm(connection: Ask): Promise<ReadonlyMap<string, Guess>> {
  const answer = await unlessMissing(
    connection.call({ operation: "model/info", read: (received) => received.read(liteLlmModels) }),
  );
  const told = new Map<string, Guess>();
  for (const { model_name, model_info, litellm_params } of answer?.data ?? []) {
    const guess = statedType(model_info) ?? byTarget(litellm_params?.model);
    if (guess && !told.has(model_name)) told.set(model_name, guess);
  }
  return told;
}

function byTarget(target: string | null | undefined): Guess | undefined {
  const guess = target ? guessByName(target) : undefined;
  return guess && !guess.unclear ? { ...guess, why: `it stands for ${target}` } : undefined;
}

const lmStudioModels = z.object({ data: z.array(z.looseObject({ id: z.string() })) });

async function askLmStudio(connection: Ask): Promise<ReadonlyMap<string, Guess>> {
  const answer = await unlessMissing(
    connection.call({ operation: "api/v0/models", read: (received) => received.read(lmStudioModels) }),
  );
  return new Map(
    (answer?.data ?? []).flatMap((one) => {
      const guess = statedType(one);
      return guess ? [[one.id, guess] as const] : [];
    }),
  );
}

const ollamaModel = z.looseObject({});

/** Ollama tells it model by model, without loading any. */
async function askOllama(connection: Ask, silent: readonly Item[]): Promise<ReadonlyMap<string, Guess>> {
  const told = new Map<string, Guess>();
  for (const { id } of silent) {
    // One after the other: the first finds out where the operation is, or that there is none.
    // oxlint-disable-next-line no-await-in-loop
    const answer = await unlessMissing(
      connection.call({
        operation: "api/show",
        body: { model: id },
        read: (received) => received.read(ollamaModel),
      }),
    );
    if (answer === undefined) break;
    const guess = statedType(answer);
    if (guess) told.set(id, guess);
  }
  return told;
}

/** Most servers have no such operation; the names are left then. A key that is refused is told by what follows. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EndpointError) return undefined;
    throw error;
  }
}

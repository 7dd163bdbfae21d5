/** One embedding call: items to vectors, in as many requests as it takes. */
import { DifyError } from "../../src/dify/errors.ts";
import { Learned } from "../../src/endpoint/learned.ts";
import type { CountTokens } from "../../src/tokens/tokens.ts";
import type { Connection } from "../../provider/connection.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { inBatches, subjectOf, type Batches, type Limits } from "./batches.ts";
import { refuseTooMany, VectorReply } from "./reply.ts";
import { embeddingAnswer, readTokens, readVectors } from "./response.ts";

/** How items of one kind are sent, and what to change when the server refuses them. */
export interface Way<T> extends Pick<Batches<T>, "narrow"> {
  /** Lessons about one kind do not hold for the other. */
  kind: "texts" | "images";
  send: (batch: readonly T[], limits: Limits) => Promise<Sent>;
}

export interface Sent {
  body: object;
  /** The texts in it. */
  texts: readonly string[];
}

export interface Embedded {
  reply: VectorReply;
  tokens: number;
}

/** Requests to one server at a time. Dify indexes with ten threads, and local servers work one by one. */
const IN_FLIGHT = 8;

/** What vectors are like, by server and model: their numbers, and their bytes in a reply. */
const vectors = new Learned<{ size: number; bytesEach: number }>();

/** Numbers in a vector; undefined before the first call. */
export function knownVectorSize({
  settings,
  model,
}: Pick<Connection, "settings" | "model">): number | undefined {
  return vectors.about(subjectOf(settings, model))?.size;
}

/** @throws EndpointError, DifyError */
export async function embed<T>(
  items: readonly T[],
  connection: Connection,
  { kind, send, narrow }: Way<T>,
  countTokens: CountTokens,
): Promise<Embedded> {
  const { settings, model } = connection;
  const subject = subjectOf(settings, model);
  const known = vectors.about(subject);
  if (known) refuseTooMany(items.length, known.bytesEach);
  const reply = new VectorReply(items.length, settings.dimensions);
  let tokens = 0;
  try {
    await inBatches({
      items,
      subject: `${subject}\n${kind}`,
      settings,
      narrow,
      ask: async (batch, limits) => {
        const sent = await send(batch, limits);
        tokens += await ask(sent, batch.length, reply, connection, countTokens);
      },
    });
  } finally {
    const { size, bytesEach } = reply;
    if (size !== undefined && bytesEach !== undefined) vectors.remember(subject, { size, bytesEach });
  }
  return { reply, tokens };
}

/** Adds the vectors of one request to the reply. @returns the tokens it took */
function ask(
  { body, texts }: Sent,
  count: number,
  reply: VectorReply,
  connection: Connection,
  countTokens: CountTokens,
): Promise<number> {
  return connection.call({
    operation: "embeddings",
    body,
    limits: { inFlight: IN_FLIGHT, perMinute: connection.settings.requests_per_minute },
    read: async (answer) => {
      const content = await answer.read(embeddingAnswer);
      if (content.data.length !== count) throw wrongCount(content.data.length, count);
      const floats = readVectors(content);
      if (!floats) throw answer.fail("not-an-api", { missing: "embedding" });
      reply.add(floats);
      return readTokens(content) ?? sum(await countTokens(texts));
    },
  });
}

function wrongCount(given: number, texts: number): DifyError {
  const remedy = given > 0 && texts > 1 ? `: set ${fieldLabel("max_chunks")} to 1` : "";
  return new DifyError(
    "InvokeBadRequestError",
    `The server gave ${given} vector${given === 1 ? "" : "s"} for ${texts} texts${remedy}.`,
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

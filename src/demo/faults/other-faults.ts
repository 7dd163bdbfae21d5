/** Faults of vectors, scores, audio and verdicts. */
import { randomBytes } from "node:crypto";
import { refusal, withJson, type Fault } from "./fault.ts";

const EMBEDDINGS = /\/embeddings$/;
const RERANK = /\/rerank$/;
const SPEECH = /\/audio\/speech$/;
const TRANSCRIPTIONS = /\/audio\/transcriptions$/;

interface Vector {
  readonly index: number;
  readonly embedding: number[] | string;
}

interface Score {
  readonly relevance_score: number;
}

export const OTHER_FAULTS = {
  "wrong vectors": {
    tells: "gives one vector for several texts",
    at: EMBEDDINGS,
    response: (answer) =>
      withJson(answer, (value) => ({ ...value, data: value.data.slice(0, 1), usage: null })),
  },
  "uneven vectors": {
    tells: "gives vectors of several lengths",
    at: EMBEDDINGS,
    response: (answer) =>
      withJson(answer, (value) => ({
        ...value,
        data: value.data.map(({ embedding, ...rest }: Vector) => ({
          ...rest,
          embedding: embedding.slice(0, embedding.length - 4 * rest.index),
        })),
      })),
  },
  "same vectors": {
    tells: "gives every text the same vector",
    at: EMBEDDINGS,
    response: (answer) =>
      withJson(answer, (value) => ({
        ...value,
        data: value.data.map((vector: Vector) => ({ ...vector, embedding: value.data[0].embedding })),
      })),
  },
  "mixed vectors": {
    tells: "gives vectors in another order than the texts",
    at: EMBEDDINGS,
    response: (answer) =>
      withJson(answer, (value) => ({
        ...value,
        data: value.data.map((vector: Vector, i: number) => ({
          ...vector,
          embedding: value.data[(i + 1) % value.data.length].embedding,
        })),
      })),
  },
  "short texts only": {
    tells: "refuses texts of more than 512 tokens without saying so",
    at: EMBEDDINGS,
    answer: ({ body }) => (JSON.stringify(body).length > 4_000 ? refusal(400, "Bad request.") : undefined),
  },
  "no scores": {
    tells: "ranks without scores",
    at: RERANK,
    response: (answer) =>
      withJson(answer, (value) => ({
        ...value,
        results: value.results.map(({ relevance_score: _score, ...rest }: Score) => rest),
      })),
  },
  "odd ranking": {
    tells: "scores what fits least highest",
    at: RERANK,
    response: (answer) =>
      withJson(answer, (value) => ({
        ...value,
        results: value.results.map((result: Score) => ({
          ...result,
          relevance_score: 1 - result.relevance_score,
        })),
      })),
  },
  "no rerank": { tells: "has no rerank", at: /rerank|score/, answer: () => refusal(404, "Not Found") },
  "no transcript": {
    tells: "answers recordings without a text",
    at: TRANSCRIPTIONS,
    answer: () => Response.json({ status: "queued" }),
  },
  deaf: {
    tells: "refuses every recording",
    at: TRANSCRIPTIONS,
    answer: () => refusal(400, "Audio file might be corrupted or unsupported.", { param: "file" }),
  },
  "no audio": {
    tells: "answers with words in place of audio",
    at: SPEECH,
    answer: () => Response.json({ status: "queued" }),
  },
  "bad audio": {
    tells: "answers with bytes that are no audio",
    at: SPEECH,
    answer: () =>
      new Response(Buffer.concat([Buffer.from([0x00, 0x9c, 0xff, 0x01]), randomBytes(2_000)]), {
        headers: { "content-type": "audio/mpeg" },
      }),
  },
  "no moderation": {
    tells: "has no moderation",
    at: /\/moderations$/,
    answer: () => refusal(404, "Not Found"),
  },
  "no verdict": {
    tells: "moderates without a verdict",
    at: /\/moderations$/,
    answer: () => Response.json({ results: [] }),
  },
} as const satisfies Record<string, Fault>;

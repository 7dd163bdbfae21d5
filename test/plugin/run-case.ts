/** A case as it is written in a row, and how it is run. */
import { expect } from "vitest";
import type { Reply, StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { answer, answerEvents, type Upstream } from "../upstream/upstream.ts";

export interface Case {
  name: string;
  /** Added to the address; `endpoint` replaces the address's path. */
  credentials?: Record<string, string>;
  /** What is pasted behind the server's origin; `/v1` when absent. */
  path?: string;
  data: { action: string } & Record<string, unknown>;
  server: {
    status?: number;
    headers?: Record<string, string>;
    body?: string | object;
    hex?: string;
    events?: (string | object)[];
  };
  /** The request the server must have received. */
  sent?: { path?: string; body?: object; headers?: Record<string, string | null>; form?: string[] };
  /** Parts of the pieces' merged answer; see `summary`. */
  reply?: object;
  error?: { type: string; message: string[] };
}

/** @param modelType Dify's name of it */
export async function runCase(
  row: Case,
  modelType: string,
  { daemon, upstream }: { daemon: StandInDaemon; upstream: Upstream },
): Promise<void> {
  upstream.requests.length = 0;
  daemon.complaints.length = 0;
  upstream.handler = handlerOf(row.server);
  const reply = await daemon.call({
    provider: "openai_compatible",
    model: "m-1",
    model_type: modelType,
    credentials: {
      endpoint_url: `${upstream.origin}${row.path ?? "/v1"}`,
      api_key: "sk-secret",
      ...row.credentials,
    },
    ...row.data,
  });
  if (row.sent) checkSent(row.sent, upstream);
  if (row.error) {
    expect(reply.error?.type).toBe(row.error.type);
    for (const part of row.error.message) expect(reply.error?.message).toContain(part);
  } else {
    expect(reply.error).toBeUndefined();
    expect(summary(row.data.action, reply)).toMatchObject(row.reply ?? {});
  }
  expect(daemon.complaints).toEqual([]);
}

function handlerOf({ status, headers, body, hex, events }: Case["server"]) {
  if (events) return answerEvents(events);
  return answer(hex ? Buffer.from(hex, "hex") : (body ?? ""), status, headers);
}

function checkSent(sent: NonNullable<Case["sent"]>, upstream: Upstream): void {
  const request = upstream.lastRequest;
  if (sent.path !== undefined) expect(request?.path).toBe(sent.path);
  if (sent.body !== undefined) expect(JSON.parse(String(request?.body))).toEqual(sent.body);
  for (const [name, value] of Object.entries(sent.headers ?? {}))
    expect(request?.headers[name] ?? null).toBe(value);
  for (const part of sent.form ?? []) expect(request?.body.toString("latin1")).toContain(part);
}

interface LlmPiece {
  delta: {
    message: {
      content: string;
      tool_calls: { id: string; function: { name: string; arguments: string } }[];
      opaque_body?: unknown;
    };
    usage: Record<string, unknown> | null;
    finish_reason: string | null;
  };
}

/** What a reader of the whole answer sees. Other actions answer in one piece. */
function summary(action: string, { pieces }: Reply): object {
  if (action === "invoke_llm") {
    const deltas = (pieces as LlmPiece[]).map(({ delta }) => delta);
    return {
      chunks: deltas.length,
      text: deltas.map(({ message }) => message.content).join(""),
      calls: deltas.flatMap(({ message }) =>
        message.tool_calls.map(({ id, function: call }) => ({ id, ...call })),
      ),
      opaque: deltas.at(-1)?.message.opaque_body ?? null,
      usage: deltas.at(-1)?.usage,
      finish: deltas.at(-1)?.finish_reason,
    };
  }
  if (action === "invoke_tts") {
    const audio = pieces as { result: string; mime_type: string }[];
    return { hex: audio.map(({ result }) => result).join(""), mime_type: audio[0]?.mime_type };
  }
  return pieces[0] as object;
}

/** One case of `diagnoses.json`: what a server answers while a model is being saved. */
import type { StandInDaemon } from "../stand-in-daemon/stand-in-daemon.ts";
import { bodyOf, except, listing } from "../upstream/good-server.ts";
import { answer, Upstream, type RecordedRequest } from "../upstream/upstream.ts";

export interface ValidationCase {
  /** `b1`: of the table of error bodies; `3.1`: of the guides' troubleshooting. */
  row: string;
  /** Which server answers so, or what is wrong. */
  server: string;
  type: string;
  /** Besides the address, and the key `sk-secret`. */
  credentials?: Record<string, string>;
  /** Only requests with this field fail, `no stream`: those without a stream; absent: all. */
  fails?: string;
  /** What `/models` lists; absent: it fails as well. */
  models?: string[];
  status: number;
  body: string;
  contentType?: string;
  /** What the admin reads, `{origin}` standing for the server; absent: the model is saved. */
  message?: string;
}

/** What the admin reads; undefined when the model is saved. */
export async function validate(daemon: StandInDaemon, row: ValidationCase): Promise<string | undefined> {
  const upstream = await Upstream.start();
  const failure = answer(row.body, row.status, { "content-type": row.contentType ?? "application/json" });
  const fails = except((request) => isMeant(request, row), failure);
  const { models } = row;
  upstream.handler =
    models === undefined ? fails : except(({ path }) => path.endsWith("/models"), listing(...models), fails);
  const { error } = await daemon.call({
    action: "validate_model_credentials",
    provider: "openai_compatible",
    model: "x",
    model_type: row.type,
    credentials: { endpoint_url: `${upstream.origin}/v1`, api_key: "sk-secret", ...row.credentials },
  });
  const message = error?.message.replaceAll(upstream.origin, "{origin}");
  await upstream.close();
  return message;
}

function isMeant(request: RecordedRequest, { fails }: ValidationCase): boolean {
  if (fails === undefined) return true;
  const body = bodyOf(request);
  if (fails === "stream") return body.stream === true;
  if (fails === "no stream") return body.stream !== true && body["enable_thinking"] !== false;
  return fails in body;
}

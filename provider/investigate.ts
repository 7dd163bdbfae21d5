/** Looks closer at a server after a failed validation: what it calls its models, where its API lies. */
import type { CallContext } from "../src/dify/models.ts";
import { InvalidAddress, readAddress } from "../src/endpoint/address.ts";
import { EndpointError, type FailureKind } from "../src/endpoint/endpoint-error.ts";
import { connect, type Connection } from "./connection.ts";
import type { Target } from "./target.ts";
import { NO_TLS, type Findings } from "./identify.ts";
import { listModels, nearestNames } from "./model-list.ts";
import type { Settings } from "./settings.ts";

/** A person waits, and this is only about better words. */
const PATIENCE_MS = 4_000;

/** More do not fit into a toast. */
const NAMES_TOLD = 4;

const ABOUT_MODEL: ReadonlySet<FailureKind> = new Set(["model-unknown"]);
const ABOUT_ADDRESS: ReadonlySet<FailureKind> = new Set([
  "path-unknown",
  "web-page",
  "redirected",
  "not-an-api",
]);

/** The other side closed the connection without an answer: many servers do that to http where they want https. */
const CLOSED: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET"]);

/** Where servers and gateways have their API, the likeliest first. */
const USUAL_PATHS = [
  "/v1",
  "/api/v1",
  "/openai/v1",
  "/api/openai/v1",
  "/compatible-mode/v1",
  "/v1beta/openai",
  "/api/paas/v4",
  "/api/v3",
];

/** Finds nothing rather than fail. */
export async function investigate(
  failure: unknown,
  target: Target,
  settings: Settings,
  context: CallContext,
): Promise<Findings> {
  if (!(failure instanceof EndpointError)) return {};
  const { kind, facts } = failure;
  // What is asked below is the first server.
  if (facts.ofFallback) return {};
  const maybeTls = kind === "network" && facts.url.startsWith("http:") && CLOSED.has(facts.code ?? "");
  if (!ABOUT_MODEL.has(kind) && !ABOUT_ADDRESS.has(kind) && !maybeTls) return {};
  const hurried = { ...context, signal: AbortSignal.any([context.signal, AbortSignal.timeout(PATIENCE_MS)]) };
  const connectTo = (url: string): Connection =>
    connect(target, { ...settings, endpoint_url: url, fallback_url: undefined }, hurried);
  if (maybeTls) return { tls: await speaksTls(connectTo(facts.url.replace("http:", "https:"))) };
  const names = await listModels(connectTo(settings.endpoint_url)).catch(() => undefined);
  if (ABOUT_MODEL.has(kind)) {
    const { model } = facts;
    return names ? { names: nearestNames(model ?? "", names, NAMES_TOLD) } : {};
  }
  if (names) return { answers: true };
  const base = await findBase(settings.endpoint_url, connectTo);
  return base === undefined ? {} : { base };
}

/** Any answer shows it, and so does a certificate that is not trusted. */
async function speaksTls(secure: Connection): Promise<boolean> {
  const failure: unknown = await listModels(secure).catch((error: unknown) => error);
  if (!(failure instanceof EndpointError)) return true;
  const { kind, facts } = failure;
  return facts.status !== undefined || (kind === "certificate" && !NO_TLS.test(facts.code ?? ""));
}

/** The first of the usual bases at which the server lists its models. */
async function findBase(pasted: string, connectTo: (url: string) => Connection): Promise<string | undefined> {
  const bases = usualBases(pasted);
  const found = await Promise.all(
    bases.map((base) =>
      listModels(connectTo(base)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return bases.find((_base, i) => found[i]);
}

function usualBases(pasted: string): readonly string[] {
  try {
    const { base } = readAddress(pasted);
    const { origin } = new URL(base);
    // Only those that stay what they are: others would be asked elsewhere once they are entered.
    const bases = USUAL_PATHS.map((path) => origin + path).filter((one) => readAddress(one).base === one);
    return bases.filter((one) => one !== base);
  } catch (error) {
    if (error instanceof InvalidAddress) return [];
    throw error;
  }
}

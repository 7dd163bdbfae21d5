/** Proves that a check can fail: every fault of the demo endpoint is switched on, and must be found. */
import { check } from "../../check/check.ts";
import type { ProbedProvider } from "../../check/probe.ts";
import type { ServerReport, Verdict } from "../../check/report.ts";
import { STAGES, STAGE_IDS, stagesOf, type ModelType, type StageId } from "../../check/stages.ts";
import { FAULTS, type FaultName } from "../../demo/faults/faults.ts";
import { modelType } from "./model-type.ts";
import { startDemoEndpoint } from "../../demo/server.ts";

/** What a fault must lead to. */
export interface Expected {
  readonly stage: StageId;
  readonly verdict: Verdict;
  /** Why, where more than one thing could be wrong. */
  readonly diagnosis?: string;
}

/** `pass`: real servers have the habit, and the plugin copes. */
export const EXPECTED: Readonly<Record<FaultName, Expected>> = {
  reset: { stage: "http", verdict: "fail", diagnosis: "unreachable" },
  "slow first byte": { stage: "stream", verdict: "pass" },
  "web page": { stage: "models", verdict: "fail", diagnosis: "web-page" },
  "wrong key": { stage: "auth", verdict: "fail", diagnosis: "key-refused" },
  "rate limit": { stage: "chat", verdict: "fail", diagnosis: "rate-limited" },
  "server error": { stage: "chat", verdict: "fail", diagnosis: "server-error" },
  "no list": { stage: "models", verdict: "fail", diagnosis: "path-unknown" },
  "empty list": { stage: "models", verdict: "fail" },
  "split utf-8": { stage: "stream", verdict: "pass" },
  "no [DONE]": { stage: "stream", verdict: "pass" },
  "doubled role": { stage: "stream", verdict: "pass" },
  "empty choices": { stage: "chat", verdict: "fail", diagnosis: "not-an-api" },
  "no usage": { stage: "stream", verdict: "warn" },
  "no stream": { stage: "stream", verdict: "fail", diagnosis: "no-stream" },
  "buffered stream": { stage: "stream", verdict: "warn" },
  "error after 200": { stage: "chat", verdict: "fail", diagnosis: "server-error" },
  "error in stream": { stage: "stream", verdict: "fail", diagnosis: "no-stream" },
  "cut stream": { stage: "stream", verdict: "fail", diagnosis: "no-stream" },
  stall: { stage: "stream", verdict: "timeout" },
  "no tools": { stage: "tools", verdict: "unsupported", diagnosis: "no-tools" },
  "ignores tools": { stage: "tools", verdict: "warn" },
  "ignores stop": { stage: "parameters", verdict: "pass" },
  "ignores limits": { stage: "parameters", verdict: "warn" },
  "refuses seed": { stage: "parameters", verdict: "warn" },
  "ignores formats": { stage: "structured", verdict: "warn" },
  "only thoughts": { stage: "reasoning", verdict: "warn" },
  "no images": { stage: "files", verdict: "unsupported", diagnosis: "no-images" },
  "small context": { stage: "context", verdict: "warn", diagnosis: "too-long" },
  "mute errors": { stage: "errors", verdict: "warn" },
  "one at a time": { stage: "stress", verdict: "warn", diagnosis: "rate-limited" },
  "wrong vectors": { stage: "embeddings", verdict: "fail" },
  "uneven vectors": { stage: "embeddings", verdict: "fail" },
  "same vectors": { stage: "embeddings", verdict: "warn" },
  "mixed vectors": { stage: "embeddings", verdict: "warn" },
  "short texts only": { stage: "embeddings", verdict: "warn" },
  "no scores": { stage: "rerank", verdict: "fail" },
  "odd ranking": { stage: "rerank", verdict: "warn" },
  "no rerank": { stage: "rerank", verdict: "fail", diagnosis: "operation-missing" },
  "no transcript": { stage: "speech2text", verdict: "fail" },
  deaf: { stage: "speech2text", verdict: "fail" },
  "no audio": { stage: "tts", verdict: "fail", diagnosis: "not-an-api" },
  "bad audio": { stage: "tts", verdict: "warn" },
  "no moderation": { stage: "moderation", verdict: "fail" },
  "no verdict": { stage: "moderation", verdict: "fail" },
};

/** Stages that fail before there is a server to be faulty: addresses that do it. */
export const ADDRESSES: readonly { readonly url: string; readonly expected: Expected }[] = [
  { url: "ftp://127.0.0.1", expected: { stage: "url", verdict: "fail" } },
  {
    url: "http://nowhere.invalid",
    expected: { stage: "network", verdict: "fail", diagnosis: "name-unknown" },
  },
];

export interface Outcome {
  readonly name: string;
  /** Such as `stream: fail`. */
  readonly expected: string;
  readonly found: string;
  readonly ok: boolean;
  /** The stage that did not pass, as it should not. */
  readonly failed?: StageId;
}

export interface SelfTest {
  /** All outcomes are as expected, and every stage was seen failing. */
  readonly ok: boolean;
  /** The stages that were seen failing. */
  readonly failing: readonly StageId[];
}

/** A stall must not take minutes. */
const PATIENCE_MS = 3_000;

/** Tells of each outcome. */
export async function selfTest(
  provider: ProbedProvider,
  tell: (outcome: Outcome) => void,
): Promise<SelfTest> {
  let ok = true;
  const failed = new Set<StageId>();
  const note = (outcome: Outcome): void => {
    ok &&= outcome.ok;
    if (outcome.failed) failed.add(outcome.failed);
    tell(outcome);
  };
  note(await tryHealthy(provider));
  for (const [name, { tells }] of Object.entries(FAULTS) as [FaultName, { tells: string }][]) {
    // Each at a server of its own: what one taught must not help with the next.
    // oxlint-disable-next-line no-await-in-loop
    const demo = await startDemoEndpoint({ faults: [name] });
    try {
      // oxlint-disable-next-line no-await-in-loop
      const outcome = await tryOne(provider, demo.url, EXPECTED[name]);
      note({ ...outcome, name: `${name} (${tells})` });
    } finally {
      // oxlint-disable-next-line no-await-in-loop
      await demo.close();
    }
  }
  for (const { url, expected } of ADDRESSES) {
    // oxlint-disable-next-line no-await-in-loop
    note({ ...(await tryOne(provider, url, expected)), name: url });
  }
  const failing = STAGE_IDS.filter((id) => failed.has(id));
  return { ok: ok && failing.length === STAGE_IDS.length, failing };
}

/** A check that always fails would find every fault. */
async function tryHealthy(provider: ProbedProvider): Promise<Outcome> {
  const demo = await startDemoEndpoint();
  try {
    const { verdict, stages } = await run(provider, demo.url, [], () => true);
    const others = stages.filter((result) => result.verdict !== "pass").map(({ stage }) => stage);
    const found = [verdict, ...others].join(", ");
    return { name: "no fault", expected: "ready", found, ok: found === "ready" };
  } finally {
    await demo.close();
  }
}

async function tryOne(
  provider: ProbedProvider,
  url: string,
  wanted: Expected,
): Promise<Omit<Outcome, "name">> {
  const { stage: id, verdict, diagnosis } = wanted;
  const { of } = STAGES[id];
  const needed = new Set<StageId>([...stagesOf("server"), id]);
  // Thoughts are looked for in what another stage brought.
  if (id === "reasoning") needed.add("chat");
  const types: ModelType[] = [of === "server" ? "llm" : of];
  const report = await run(provider, url, types, (stage) => needed.has(stage));
  const found = report.stages.find(({ stage }) => stage === id);
  const diagnoses = found?.problems.map((problem) => problem.diagnosis) ?? [];
  const ok = found?.verdict === verdict && (diagnosis === undefined || diagnoses.includes(diagnosis));
  const told = `${id}: ${found?.verdict ?? "nothing"}`;
  return {
    expected: `${id}: ${verdict}`,
    found: ok ? told : `${told} (${found?.summary ?? ""})`,
    ok,
    ...(ok && verdict !== "pass" && { failed: id }),
  };
}

function run(
  provider: ProbedProvider,
  url: string,
  types: readonly ModelType[],
  wanted: (stage: StageId) => boolean,
): Promise<ServerReport> {
  const options = {
    form: { endpoint_url: url, api_key: "sk-self-test" },
    models: [],
    types,
    wanted,
    repeat: 1,
    probeAuth: false,
    stageTimeout: PATIENCE_MS,
    typeOf: modelType,
  };
  const listener = { begin: () => undefined, end: () => undefined };
  return check(provider, options, listener, new AbortController().signal);
}

/** The switches on the embedded endpoint. */
import { FAULT_NAMES, FAULTS, type FaultName } from "../demo/faults/faults.ts";
import type { DemoEndpoint } from "../demo/server.ts";
import type { FaultState, ModelType } from "./contract.ts";
import { FAULTS_IN_CHINESE } from "./faults-in-chinese.ts";

/** Where the demo is asked for each type. */
const PATHS: Readonly<Record<ModelType, string>> = {
  llm: "/v1/chat/completions",
  "text-embedding": "/v1/embeddings",
  rerank: "/v1/rerank",
  speech2text: "/v1/audio/transcriptions",
  tts: "/v1/audio/speech",
  moderation: "/v1/moderations",
};

export function faultState({ faults }: DemoEndpoint): FaultState {
  return {
    faults: FAULT_NAMES.map((name) => ({
      name,
      tells: { en_US: FAULTS[name].tells, zh_Hans: FAULTS_IN_CHINESE[name] },
      types: typesOf(FAULTS[name].at),
    })),
    on: [...faults],
  };
}

/** Returns the first name that is none; then nothing is changed. */
export function switchFaults({ faults }: DemoEndpoint, on: readonly string[]): string | undefined {
  const wanted = on.map((name) => FAULT_NAMES.find((known) => known === name));
  const unknown = wanted.indexOf(undefined);
  if (unknown !== -1) return on[unknown];
  faults.clear();
  for (const name of wanted as FaultName[]) faults.add(name);
  return undefined;
}

function typesOf(at: RegExp | undefined): ModelType[] {
  const types = Object.keys(PATHS) as ModelType[];
  return types.filter((type) => at?.test(PATHS[type]) ?? true);
}

/** The switches on the embedded endpoint. */
import { OPERATIONS } from "../check/operation-of.ts";
import { MODEL_TYPES } from "../check/stages.ts";
import { FAULT_NAMES, FAULTS, type FaultName } from "../demo/faults/faults.ts";
import type { DemoEndpoint } from "../demo/server.ts";
import type { FaultState, ModelType } from "./contract.ts";
import { FAULTS_IN_CHINESE } from "./faults-in-chinese.ts";

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

/** The first name that is none of a fault's. */
export function unknownFault(names: readonly string[]): string | undefined {
  return names.find((name) => !FAULT_NAMES.some((known) => known === name));
}

/** Returns whether the endpoint is another one now. @param on names of faults */
export function switchFaults({ faults }: DemoEndpoint, on: readonly string[]): boolean {
  const wanted = new Set(on as FaultName[]);
  if (wanted.size === faults.size && [...wanted].every((name) => faults.has(name))) return false;
  faults.clear();
  for (const name of wanted) faults.add(name);
  return true;
}

function typesOf(at: RegExp | undefined): ModelType[] {
  return MODEL_TYPES.filter((type) => at?.test(`/v1/${OPERATIONS[type]}`) ?? true);
}

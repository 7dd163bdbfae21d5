/** The faults in an order in which one finds them: those met most often first, then by what they concern. */
import type { FaultInfo } from "../../contract.ts";

export type GroupName = "often" | "connection" | "chat" | "others";

export interface FaultGroup {
  readonly name: GroupName;
  readonly faults: readonly FaultInfo[];
}

const OFTEN: ReadonlySet<string> = new Set([
  "split utf-8",
  "slow first byte",
  "stall",
  "error after 200",
  "web page",
  "no [DONE]",
  "doubled role",
  "empty choices",
  "rate limit",
  "reset",
]);

export function groupFaults(faults: readonly FaultInfo[]): FaultGroup[] {
  const names: readonly GroupName[] = ["often", "connection", "chat", "others"];
  return names
    .map((name) => ({ name, faults: faults.filter((fault) => groupOf(fault) === name) }))
    .filter((group) => group.faults.length > 0);
}

function groupOf({ name, types }: FaultInfo): GroupName {
  if (OFTEN.has(name)) return "often";
  if (types.length === 1) return types[0] === "llm" ? "chat" : "others";
  return "connection";
}

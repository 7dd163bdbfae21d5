/** The models a server says it has. */
import * as z from "zod";
import type { Connection } from "./connection.ts";

const item = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]).catch("");

/** Together sends a bare array. */
const modelList = z.union([z.array(item), z.object({ data: z.array(item) }).transform(({ data }) => data)]);

/** @throws EndpointError */
export async function listModels(connection: Pick<Connection, "call">): Promise<readonly string[]> {
  const names = await connection.call({ operation: "models", read: (answer) => answer.read(modelList) });
  return [...new Set(names.filter((name) => name !== ""))];
}

/** The names most like the one that is wanted, best first. */
export function nearestNames(wanted: string, names: readonly string[], most: number): readonly string[] {
  const scored = names.map((name) => ({ name, score: likeness(wanted, name) }));
  return scored
    .toSorted((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ name }) => name);
}

/** From 0 to 1: how many pairs of letters two names share. One that holds the other whole comes first. */
function likeness(a: string, b: string): number {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  const pairs = pairsOf(one);
  const shared = [...pairsOf(other)].filter((pair) => pairs.has(pair)).length;
  const dice = (2 * shared) / Math.max(1, pairs.size + pairsOf(other).size);
  return one !== "" && (other.includes(one) || one.includes(other)) ? 1 + dice : dice;
}

function pairsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)));
}

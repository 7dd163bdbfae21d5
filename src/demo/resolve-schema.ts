/** Turns a schema's references and combinations into one plain node. */
import { isNode, listIn } from "./schema-node.ts";
import type { SchemaNode } from "./schema-node.ts";

/** References that only lead to each other end here. */
const maxSteps = 8;

/** Of alternatives the first is taken that is not null, or null itself when preferred and possible. */
export function resolveSchema(schema: unknown, root: unknown, preferNull: boolean, steps = 0): SchemaNode {
  if (!isNode(schema) || steps > maxSteps) return {};
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  const alternatives = [anyOf, oneOf].filter(Array.isArray);
  const parts = [
    ...(typeof $ref === "string" ? [lookUp(root, $ref)] : []),
    ...listIn(allOf),
    ...alternatives.map((branches) => chooseBranch(branches, preferNull)),
  ];
  return parts
    .map((part) => resolveSchema(part, root, preferNull, steps + 1))
    .reduce((merged, part) => merge(merged, part), own);
}

function chooseBranch(branches: readonly unknown[], preferNull: boolean): unknown {
  const wanted = branches.find((branch) => isNull(branch) === preferNull);
  return wanted ?? branches[0];
}

function isNull(schema: unknown): boolean {
  return isNode(schema) && schema["type"] === "null";
}

function merge(left: SchemaNode, right: SchemaNode): SchemaNode {
  const merged: Record<string, unknown> = { ...left, ...right };
  const [ours, theirs] = [left["properties"], right["properties"]];
  if (isNode(ours) && isNode(theirs)) merged["properties"] = { ...ours, ...theirs };
  if ("required" in left && "required" in right) {
    merged["required"] = [...listIn(left["required"]), ...listIn(right["required"])];
  }
  return merged;
}

/** A pointer within the same schema, such as `#/$defs/Address`. */
function lookUp(root: unknown, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  const keys = reference.slice(1).split("/").slice(1);
  return keys.reduce<unknown>((node, key) => {
    const name = key.replaceAll("~1", "/").replaceAll("~0", "~");
    return isNode(node) ? node[name] : undefined;
  }, root);
}

/**
 * A JSON value that satisfies a JSON Schema, filled from a text.
 *
 * Minimal on purpose: the outermost object's own fields come from the text, and nested lists are as
 * short as the schema allows. Left aside: `not`, `if`, `dependent…`, `patternProperties`, `uniqueItems`.
 */
import { fillNumber, fillString } from "./fill-scalar.ts";
import { resolveSchema } from "./resolve-schema.ts";
import { isNode, listIn, numberIn } from "./schema-node.ts";
import type { SchemaNode } from "./schema-node.ts";
import { readHints } from "./text-hints.ts";
import type { TextHints } from "./text-hints.ts";

interface Context {
  readonly root: unknown;
  readonly hints: TextHints;
  readonly depth: number;
}

/** Beyond this a nullable value is null: it ends schemas that nest within themselves. */
const nullableDepth = 3;
/** Beyond this only a schema that no finite value satisfies goes on. */
const maxDepth = 12;

export function fillSchema(schema: unknown, text: string): unknown {
  return fill(schema, { root: schema, hints: readHints(text), depth: 0 });
}

function fill(schema: unknown, context: Context): unknown {
  const { root, hints, depth } = context;
  if (depth > maxDepth) return null;
  const preferNull = depth >= nullableDepth;
  const node = resolveSchema(schema, root, preferNull);
  if ("const" in node) return node["const"];
  if (Array.isArray(node["enum"])) return fillEnum(node["enum"], hints);
  switch (typeOf(node, depth, preferNull)) {
    case "object":
      return fillObject(node, context);
    case "array":
      return fillArray(node, context);
    case "integer":
      return fillNumber({ ...node, type: "integer" }, hints);
    case "number":
      return fillNumber({ ...node, type: "number" }, hints);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return fillString(node, hints);
  }
}

function typeOf(node: SchemaNode, depth: number, preferNull: boolean): unknown {
  const type = node["type"];
  if (Array.isArray(type)) {
    if (preferNull && type.includes("null")) return "null";
    return type.find((each) => each !== "null") ?? "null";
  }
  if (type !== undefined) return type;
  if (depth === 0 || "properties" in node) return "object";
  return "items" in node || "prefixItems" in node ? "array" : "string";
}

function fillEnum(values: readonly unknown[], hints: TextHints): unknown {
  return values.find((value) => hints.mentions(value)) ?? values[0];
}

function fillObject(node: SchemaNode, context: Context): object {
  const properties = isNode(node["properties"]) ? node["properties"] : {};
  const required = listIn(node["required"]).map(String);
  // An outermost object that requires nothing would otherwise come out empty.
  const takesAll = context.depth === 0 && required.length === 0;
  const keys = Object.keys(properties).filter(
    (key) => takesAll || required.includes(key) || hasMentionedEnum(properties[key], context),
  );
  return Object.fromEntries(
    [...new Set([...keys, ...required])].map((key) => [
      key,
      fill(properties[key], { ...context, depth: context.depth + 1 }),
    ]),
  );
}

/** The one kind of optional field for which a text shows clearly that it is meant. */
function hasMentionedEnum(schema: unknown, { root, hints }: Context): boolean {
  const values = listIn(resolveSchema(schema, root, false)["enum"]);
  return values.some((value) => hints.mentions(value));
}

function fillArray(node: SchemaNode, context: Context): unknown[] {
  const count = numberIn(node["minItems"]) ?? 0;
  const prefix = listIn(node["prefixItems"]);
  const inner = { ...context, depth: context.depth + 1 };
  return Array.from({ length: count }, (_, index) => fill(prefix[index] ?? node["items"], inner));
}

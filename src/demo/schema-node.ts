/** A JSON Schema as it comes from a client: any object, nothing about its fields is certain. */
export type SchemaNode = Readonly<Record<string, unknown>>;

export function isNode(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

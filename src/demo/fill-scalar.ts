/** Strings and numbers for a JSON Schema, taken from a text where the schema allows. */
import { numberIn } from "./schema-node.ts";
import type { SchemaNode } from "./schema-node.ts";
import { writtenWords } from "./text-hints.ts";
import type { TextHints } from "./text-hints.ts";

/** How a format looks within a text, and what stands in when the text has none. */
const formats: ReadonlyMap<unknown, readonly [RegExp, string]> = new Map([
  ["date", [/\d{4}-\d{2}-\d{2}/, "2025-01-01"]],
  ["time", [/\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})/, "12:00:00Z"]],
  ["date-time", [/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})/, "2025-01-01T12:00:00Z"]],
  ["duration", [/P\d+[DWMY]/, "P1D"]],
  ["email", [/[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}/, "demo@example.com"]],
  ["hostname", [/[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/i, "example.com"]],
  ["ipv4", [/\d{1,3}(?:\.\d{1,3}){3}/, "127.0.0.1"]],
  ["ipv6", [/(?:[\da-f]{1,4}:){7}[\da-f]{1,4}/i, "::1"]],
  ["uri", [/https?:\/\/[^\s"<>]+/, "https://example.com"]],
  ["uuid", [/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/i, "00000000-0000-4000-8000-000000000000"]],
] as const);

/** A `pattern` is met only where some part of the text matches it. */
export function fillString(schema: SchemaNode, hints: TextHints): string {
  const format = formats.get(schema["format"]);
  if (format) return format[0].exec(hints.text)?.[0] ?? format[1];
  const matching = typeof schema["pattern"] === "string" ? matchIn(hints.text, schema["pattern"]) : undefined;
  return matching ?? fitLength(hints.nextString(), schema);
}

function matchIn(text: string, source: string): string | undefined {
  try {
    const pattern = new RegExp(source, "u");
    return writtenWords(text).find((word) => pattern.test(word)) ?? pattern.exec(text)?.[0];
  } catch {
    return undefined; // not a pattern that JavaScript can read
  }
}

function fitLength(value: string, schema: SchemaNode): string {
  const letters = Array.from(value).slice(0, numberIn(schema["maxLength"]));
  const missing = (numberIn(schema["minLength"]) ?? 0) - letters.length;
  return letters.join("") + ".".repeat(Math.max(0, missing));
}

interface NumberRule {
  readonly minimum: number;
  readonly maximum: number;
  readonly above: number;
  readonly below: number;
  /** 0 when any step will do. */
  readonly step: number;
}

/** The number of the text, or the nearest the schema allows that is easily found. */
export function fillNumber(schema: SchemaNode, hints: TextHints): number {
  const rule = ruleOf(schema);
  const wanted = hints.nextNumber() ?? 0;
  const low = Math.max(rule.minimum, rule.above);
  const high = Math.min(rule.maximum, rule.below);
  const candidates = [wanted, low, low + 1, high, high - 1, (low + high) / 2]
    .filter(Number.isFinite)
    .flatMap((value) => onStep(value, rule.step))
    .filter((value) => isAllowed(value, rule))
    .toSorted((left, right) => Math.abs(left - wanted) - Math.abs(right - wanted));
  return candidates[0] ?? wanted;
}

function ruleOf(schema: SchemaNode): NumberRule {
  return {
    minimum: numberIn(schema["minimum"]) ?? -Infinity,
    maximum: numberIn(schema["maximum"]) ?? Infinity,
    above: numberIn(schema["exclusiveMinimum"]) ?? -Infinity,
    below: numberIn(schema["exclusiveMaximum"]) ?? Infinity,
    step: numberIn(schema["multipleOf"]) ?? (schema["type"] === "integer" ? 1 : 0),
  };
}

function onStep(value: number, step: number): number[] {
  if (step === 0) return [value];
  const steps = Math.round(value / step);
  return [steps, steps + 1, steps - 1].map((count) => count * step);
}

function isAllowed(value: number, { minimum, maximum, above, below, step }: NumberRule): boolean {
  const isWithin = value >= minimum && value <= maximum && value > above && value < below;
  return isWithin && (step === 0 || Number.isInteger(value / step));
}

import { DifyError } from "./errors.ts";
import type { ParameterRule } from "./model-schema.ts";

/** Parameter values of one call, checked. */
export type ParameterValues = Readonly<Record<string, number | string | boolean>>;

/**
 * Reads the raw parameters of a call by the rules of the model's schema: Dify itself neither checks nor
 * completes them. Values without a rule are dropped, nulls count as absent. Whether a number is in range
 * is the server's to judge: the rules an app was made with may be older than the model.
 *
 * @throws DifyError InvokeBadRequestError that names the parameter
 */
export function readParameters(
  rules: readonly ParameterRule[],
  raw: Readonly<Record<string, unknown>>,
): ParameterValues {
  const values: Record<string, number | string | boolean> = {};
  for (const rule of rules) {
    const value = raw[rule.name] ?? (rule.required ? rule.default : undefined);
    if (value !== undefined && value !== null) values[rule.name] = checkValue(rule, value);
    else if (rule.required) refuse(rule, "is required");
  }
  return values;
}

function checkValue(rule: ParameterRule, value: unknown): number | string | boolean {
  switch (rule.type) {
    case "int":
    case "float":
      if (typeof value !== "number") return refuse(rule, "must be a number");
      if (rule.type === "int" && !Number.isInteger(value)) return refuse(rule, "must be a whole number");
      return value;
    case "boolean":
      return typeof value === "boolean" ? value : refuse(rule, "must be true or false");
    case "string":
    case "text":
      if (typeof value !== "string") return refuse(rule, "must be text");
      if (rule.type === "string" && rule.options?.length && !rule.options.includes(value)) {
        return refuse(rule, `must be one of ${rule.options.join(", ")}`);
      }
      return value;
  }
}

function refuse(rule: ParameterRule, why: string): never {
  throw new DifyError("InvokeBadRequestError", `Model parameter "${rule.name}" ${why}.`);
}

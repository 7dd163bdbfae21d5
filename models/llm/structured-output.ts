/** JSON that an app demands, in the wrapping servers expect. */
import { DifyError } from "../../src/dify/errors.ts";
import type { ParameterValues } from "../../src/dify/parameters.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";

/** Dify sends the schema as JSON text, `{"schema":…,"name":…}` or, for some models, the bare schema. */
export function responseFormat(
  format: ParameterValues[string] | undefined,
  schemaText: ParameterValues[string] | undefined,
) {
  if (format === "json_schema" || (format === undefined && schemaText)) {
    return {
      response_format: { type: "json_schema" as const, json_schema: readSchema(String(schemaText ?? "")) },
    };
  }
  return format === "json_object" ? { response_format: { type: "json_object" as const } } : {};
}

function readSchema(text: string): { name: string; schema: Record<string, unknown> } {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DifyError("InvokeBadRequestError", 'Model parameter "json_schema" must be a JSON object.');
  }
  const wrapped = value as { name?: unknown; schema?: unknown };
  return typeof wrapped.schema === "object" && wrapped.schema !== null
    ? { name: "response", ...(wrapped as { schema: Record<string, unknown> }) }
    : { name: "response", schema: value as Record<string, unknown> };
}

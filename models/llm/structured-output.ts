/** JSON that an app demands, in the wrapping servers expect. */
import { DifyError } from "../../src/dify/errors.ts";
import type { ParameterValues } from "../../src/dify/parameters.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";

type Schema = Readonly<Record<string, unknown>>;

interface ResponseFormat {
  response_format?:
    | { type: "json_object" }
    | { type: "json_schema"; json_schema: { name: string; schema: Schema } };
}

/**
 * Dify sends the schema as JSON text, `{"schema":…,"name":…}` or, for some models, the bare schema.
 *
 * @param demanded the schema beside the parameters, where newer daemons have a place for it
 */
export function responseFormat(
  format: ParameterValues[string] | undefined,
  schemaText: ParameterValues[string] | undefined,
  demanded: RequestOf<"invoke_llm">["json_schema"],
): ResponseFormat {
  const schema = schemaText ? parseJson(String(schemaText)) : (demanded ?? undefined);
  if (format === "json_schema" || (format === undefined && (schemaText || demanded))) {
    return { response_format: { type: "json_schema", json_schema: named(schema) } };
  }
  return format === "json_object" ? { response_format: { type: "json_object" } } : {};
}

function named(schema: unknown): { name: string; schema: Schema } {
  if (!isFields(schema)) {
    throw new DifyError("InvokeBadRequestError", 'Model parameter "json_schema" must be a JSON object.');
  }
  const { schema: inner } = schema;
  return isFields(inner) ? { name: "response", ...schema, schema: inner } : { name: "response", schema };
}

function isFields(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

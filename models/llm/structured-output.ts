/** JSON that an app demands, in the wrapping servers expect. */
import { DifyError } from "../../src/dify/errors.ts";
import type { ParameterValues } from "../../src/dify/parameters.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { parseJson } from "../../src/endpoint/parse-json.ts";
import type { Settings } from "../../provider/settings.ts";

type Schema = Readonly<Record<string, unknown>>;

interface ResponseFormat {
  response_format?:
    | { type: "json_object" }
    | { type: "json_schema"; json_schema: { name: string; schema: Schema } };
}

/** The schema beside the parameters, where newer daemons have a place for it, if the form lets the server have it. */
export function demandedSchema(
  { json_schema }: Pick<RequestOf<"invoke_llm">, "json_schema">,
  { structured_output_support }: Pick<Settings, "structured_output_support">,
): RequestOf<"invoke_llm">["json_schema"] {
  return structured_output_support ? json_schema : undefined;
}

/**
 * Dify sends the schema as JSON text, `{"schema":…,"name":…}` or, for some models, the bare schema.
 *
 * @param demanded the schema beside the parameters
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
  const { name, schema: inner } = schema;
  return isFields(inner)
    ? { ...schema, name: wireName(name), schema: inner }
    : { name: wireName(undefined), schema };
}

/** OpenAI takes no other names than those of functions. */
function wireName(name: unknown): string {
  const clean = typeof name === "string" ? name.trim().replaceAll(/[^a-zA-Z0-9_-]/g, "_") : "";
  return clean.slice(0, 64) || "response";
}

function isFields(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

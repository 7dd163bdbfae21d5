/** Tools as they are written down in the panel: each a JSON object, on or off. */

export interface ToolDraft {
  readonly id: number;
  readonly isOn: boolean;
  readonly text: string;
}

export interface ReadTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: Record<string, unknown>;
}

const WEATHER = {
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

export const EXAMPLE_TOOL = JSON.stringify(WEATHER, null, 2);

/** Also takes OpenAI's own form, `{"type": "function", "function": …}`. Returns what is wrong otherwise. */
export function readTool(text: string): ReadTool | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const { function: inner, ...outer } = fields(value);
  const { name, description = "", parameters = { type: "object", properties: {} } } = fields(inner ?? outer);
  if (typeof name !== "string" || name === "") return "name?";
  if (typeof description !== "string") return "description?";
  return { name, description, parameters: fields(parameters) };
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** From a call of Dify's to the body of a Responses request. */
import type OpenAI from "openai";
import type { Tool, ToolChoice } from "../../../src/dify/messages.ts";
import { readParameters, type ParameterValues } from "../../../src/dify/parameters.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import type { Settings } from "../../../provider/settings.ts";
import { parameterRules, readExtraBody, streaming, user } from "../parameters.ts";
import { refuseTools } from "../refuse-tools.ts";
import { responseFormat } from "../structured-output.ts";
import { anyEffort, readWish, responsesThinking } from "../thinking.ts";
import { inputItems } from "./input.ts";

type InvokeRequest = RequestOf<"invoke_llm">;
type ResponsesBody = OpenAI.Responses.ResponseCreateParams;

/** Stop words are no field of it: the answer is cut where it is read. */
export function responsesRequest(request: InvokeRequest, model: string, settings: Settings): ResponsesBody {
  refuseTools(request, settings);
  const { max_tokens, response_format, json_schema, extra_body, ...parameters } = readParameters(
    anyEffort(parameterRules(settings)),
    request.model_parameters,
  );
  const { wish, others } = readWish(parameters);
  const extra = readExtraBody(extra_body);
  return {
    model,
    input: inputItems(request.prompt_messages),
    ...others,
    ...responsesThinking(wish, model, settings, extra),
    ...(max_tokens !== undefined && { max_output_tokens: Number(max_tokens) }),
    ...tools(request),
    ...textFormat(response_format, json_schema),
    // Dify keeps the conversation itself; OpenAI would store it for 30 days.
    store: false,
    stream: streaming(request, settings).stream,
    ...user(request, settings),
    ...extra,
  };
}

function tools({ tools: offered, tool_choice }: InvokeRequest) {
  if (offered.length === 0) return {};
  return {
    tools: offered.map(functionTool),
    ...(tool_choice && { tool_choice: functionChoice(tool_choice) }),
  };
}

/** Unlike chat, `strict` is on unless it is off, and refuses most schemas people write. */
function functionTool({ name, description, parameters }: Tool): OpenAI.Responses.FunctionTool {
  return { type: "function", name, description, parameters, strict: false };
}

function functionChoice({
  mode,
  name,
}: ToolChoice): OpenAI.Responses.ToolChoiceOptions | OpenAI.Responses.ToolChoiceFunction {
  if (mode === "tool") return name ? { type: "function", name } : "required";
  return mode;
}

/** Chat's format without its inner wrapping. */
function textFormat(
  format: ParameterValues[string] | undefined,
  schemaText: ParameterValues[string] | undefined,
): { text?: OpenAI.Responses.ResponseTextConfig } {
  const { response_format: chat } = responseFormat(format, schemaText);
  if (chat === undefined) return {};
  return {
    text: {
      format:
        chat.type === "json_schema" ? { ...chat.json_schema, type: "json_schema" } : { type: chat.type },
    },
  };
}

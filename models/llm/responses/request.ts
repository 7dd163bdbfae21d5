/** From a call of Dify's to the body of a Responses request. */
import type OpenAI from "openai";
import type { Tool, ToolChoice } from "../../../src/dify/messages.ts";
import { readParameters } from "../../../src/dify/parameters.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import type { Settings } from "../../../provider/settings.ts";
import { isReasoningModel, readableRules, streaming, user } from "../parameters.ts";
import { refuseTools } from "../refuse-tools.ts";
import { isOneOf, serverName } from "../../../provider/server-name.ts";
import { demandedSchema, responseFormat } from "../structured-output.ts";
import { readWish, responsesThinking } from "../thinking.ts";
import { webSearch } from "../web-search.ts";
import { inputItems } from "./input.ts";

type InvokeRequest = RequestOf<"invoke_llm">;
type ResponsesBody = OpenAI.Responses.ResponseCreateParams;

/** Stop words are no field of it: the answer is cut where it is read. */
export function responsesRequest(
  request: InvokeRequest,
  model: string,
  settings: Settings,
  extra: object,
): ResponsesBody {
  refuseTools(request, settings);
  const {
    max_tokens,
    response_format,
    json_schema,
    extra_body: _,
    web_search,
    ...parameters
  } = readParameters(readableRules(settings), request.model_parameters);
  const { wish, others } = readWish(parameters);
  const search = webSearch(web_search, settings);
  return {
    model,
    input: inputItems(request.prompt_messages, settings.reasoning_replay !== "never"),
    ...others,
    ...responsesThinking(wish, model, settings, extra),
    ...(max_tokens !== undefined && { max_output_tokens: Number(max_tokens) }),
    ...tools(request, search.tools),
    ...search.fields,
    ...encryptedReasoning(request, model, settings),
    ...textFormat(responseFormat(response_format, json_schema, demandedSchema(request, settings))),
    // Dify keeps the conversation itself; OpenAI would store it for 30 days.
    store: false,
    stream: streaming(request, settings).stream,
    ...user(request, settings),
  };
}

function tools({ tools: offered, tool_choice }: InvokeRequest, hosted: readonly object[]) {
  if (offered.length + hosted.length === 0) return {};
  return {
    tools: [...offered.map(functionTool), ...(hosted as OpenAI.Responses.Tool[])],
    ...(tool_choice && { tool_choice: functionChoice(tool_choice) }),
  };
}

/**
 * Asks for the reasoning before a tool call, encrypted, because nothing is stored at the server. OpenAI
 * refuses this for models that do not reason, and others may not know it.
 */
function encryptedReasoning({ tools: offered }: InvokeRequest, model: string, settings: Settings) {
  const { reasoning_replay: replay, endpoint_url } = settings;
  const known = isOneOf(serverName(endpoint_url), ["api.openai.com", "azure.com"]) && isReasoningModel(model);
  const wanted = replay === "always" || (replay === "auto" && known);
  return offered.length > 0 && wanted ? { include: ["reasoning.encrypted_content" as const] } : {};
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
function textFormat({ response_format: chat }: ReturnType<typeof responseFormat>): {
  text?: OpenAI.Responses.ResponseTextConfig;
} {
  if (chat === undefined) return {};
  return {
    text: {
      format:
        chat.type === "json_schema" ? { ...chat.json_schema, type: "json_schema" } : { type: chat.type },
    },
  };
}

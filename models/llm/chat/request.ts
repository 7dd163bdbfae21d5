/** From a call of Dify's to the body of a chat request. */
import type OpenAI from "openai";
import { DifyError } from "../../../src/dify/errors.ts";
import type { Tool, ToolChoice } from "../../../src/dify/messages.ts";
import { readParameters } from "../../../src/dify/parameters.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import { fieldLabel } from "../../../provider/field-labels.ts";
import type { Settings } from "../../../provider/settings.ts";
import { parameterRules, sampling, streaming } from "../parameters.ts";
import { responseFormat } from "../structured-output.ts";
import { chatMessage } from "./messages.ts";

type InvokeRequest = RequestOf<"invoke_llm">;
type ChatBody = OpenAI.Chat.ChatCompletionCreateParams;

export function chatRequest(request: InvokeRequest, model: string, settings: Settings): ChatBody {
  if (request.tools.length > 0 && !settings.function_calling_type) {
    throw new DifyError(
      "InvokeBadRequestError",
      `The app sends tools, but ${fieldLabel("function_calling_type")} is off in the model's form.`,
    );
  }
  const { response_format, json_schema, ...parameters } = readParameters(
    parameterRules(settings),
    request.model_parameters,
  );
  return {
    model,
    messages: request.prompt_messages.map(chatMessage),
    ...sampling(parameters, model, settings),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...(request.tools.length > 0 && { tools: request.tools.map(chatTool) }),
    ...(request.tools.length > 0 &&
      request.tool_choice && { tool_choice: chatToolChoice(request.tool_choice) }),
    ...responseFormat(response_format, json_schema),
    ...streaming(request, settings),
  };
}

function chatTool({ name, description, parameters }: Tool): OpenAI.Chat.ChatCompletionTool {
  return { type: "function", function: { name, description, parameters } };
}

function chatToolChoice({ mode, name }: ToolChoice): OpenAI.Chat.ChatCompletionToolChoiceOption {
  if (mode === "tool") return name ? { type: "function", function: { name } } : "required";
  return mode;
}

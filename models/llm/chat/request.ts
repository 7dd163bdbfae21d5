/** From a call of Dify's to the body of a chat request. */
import type OpenAI from "openai";
import { DifyError } from "../../../src/dify/errors.ts";
import type { Tool, ToolChoice } from "../../../src/dify/messages.ts";
import { readParameters } from "../../../src/dify/parameters.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import { fieldLabel } from "../../../provider/field-labels.ts";
import type { Settings } from "../../../provider/settings.ts";
import { parameterRules, readExtraBody, sampling, streaming, user } from "../parameters.ts";
import { responseFormat } from "../structured-output.ts";
import { legacyFunctions, legacyMessage } from "./legacy-functions.ts";
import { chatMessage } from "./messages.ts";

type InvokeRequest = RequestOf<"invoke_llm">;
type ChatBody = OpenAI.Chat.ChatCompletionCreateParams;

export function chatRequest(request: InvokeRequest, model: string, settings: Settings): ChatBody {
  if (request.tools.length > 0 && settings.function_calling_type === "none") {
    throw new DifyError(
      "InvokeBadRequestError",
      `The app sends tools, but ${fieldLabel("function_calling_type")} is off in the model's form.`,
    );
  }
  const { response_format, json_schema, extra_body, ...parameters } = readParameters(
    parameterRules(settings),
    request.model_parameters,
  );
  const legacy = settings.function_calling_type === "functions";
  const media = { videoAsImage: settings.video_support === "as image" };
  return {
    model,
    messages: request.prompt_messages.map(
      (message) => (legacy && legacyMessage(message)) || chatMessage(message, media),
    ),
    ...sampling(parameters, model, settings),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...(legacy ? legacyFunctions(request) : tools(request)),
    ...responseFormat(response_format, json_schema),
    ...streaming(request, settings),
    ...user(request, settings),
    ...readExtraBody(extra_body),
  };
}

function tools({ tools: offered, tool_choice }: InvokeRequest) {
  if (offered.length === 0) return {};
  return {
    tools: offered.map(chatTool),
    ...(tool_choice && { tool_choice: chatToolChoice(tool_choice) }),
  };
}

function chatTool({ name, description, parameters }: Tool): OpenAI.Chat.ChatCompletionTool {
  return { type: "function", function: { name, description, parameters } };
}

function chatToolChoice({ mode, name }: ToolChoice): OpenAI.Chat.ChatCompletionToolChoiceOption {
  if (mode === "tool") return name ? { type: "function", function: { name } } : "required";
  return mode;
}

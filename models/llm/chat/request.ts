/** From a call of Dify's to the body of a chat request. */
import type OpenAI from "openai";
import type { PromptMessage, Tool, ToolChoice } from "../../../src/dify/messages.ts";
import { readParameters } from "../../../src/dify/parameters.ts";
import type { RequestOf } from "../../../src/dify/requests.ts";
import type { Settings } from "../../../provider/settings.ts";
import { readableRules, sampling, streaming, user } from "../parameters.ts";
import { refuseTools } from "../refuse-tools.ts";
import { demandedSchema, responseFormat } from "../structured-output.ts";
import { readWish, thinkingFields, withRoomToThink } from "../thinking.ts";
import { webSearch } from "../web-search.ts";
import { legacyFunctions, legacyHistory } from "./legacy-functions.ts";
import { chatMessage } from "./messages.ts";
import { replayFor } from "./replay.ts";

type InvokeRequest = RequestOf<"invoke_llm">;
type ChatBody = OpenAI.Chat.ChatCompletionCreateParams;

export function chatRequest(
  request: InvokeRequest,
  model: string,
  settings: Settings,
  extra: object,
): ChatBody {
  refuseTools(request, settings);
  const {
    response_format,
    json_schema,
    extra_body: _,
    web_search,
    ...parameters
  } = readParameters(readableRules(settings), request.model_parameters);
  const { wish, others } = readWish(parameters);
  const thinking = thinkingFields(wish, model, settings, extra);
  const search = webSearch(web_search, settings);
  const replay = replayFor(settings, model);
  const legacy = settings.function_calling_type === "functions";
  const media = { videoAsImage: settings.video_support === "as image" };
  const write = (message: PromptMessage) => chatMessage(message, media, replay);
  return {
    model,
    messages: legacy
      ? legacyHistory(request.prompt_messages, write)
      : request.prompt_messages.map((message) => write(message)),
    ...sampling(withRoomToThink(others, thinking), model, settings),
    ...thinking,
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...(legacy && legacyFunctions(request)),
    ...tools(legacy ? { tools: [] } : request, search.tools),
    ...search.fields,
    ...responseFormat(response_format, json_schema, demandedSchema(request, settings)),
    ...streaming(request, settings),
    ...user(request, settings),
  };
}

/** `hosted`: tools the server runs itself, which OpenAI's types do not know. */
function tools(
  { tools: offered, tool_choice }: Pick<InvokeRequest, "tools" | "tool_choice">,
  hosted: readonly object[],
) {
  if (offered.length + hosted.length === 0) return {};
  return {
    tools: [...offered.map(chatTool), ...(hosted as OpenAI.Chat.ChatCompletionTool[])],
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

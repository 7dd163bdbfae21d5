/** From Dify's prompt messages to the body of a chat or completion request. */
import type OpenAI from "openai";
import { DifyError } from "../../src/dify/errors.ts";
import type { ContentPart, PromptMessage, Tool, ToolChoice } from "../../src/dify/messages.ts";
import { readParameters, type ParameterValues } from "../../src/dify/parameters.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import type { Settings } from "../../provider/settings.ts";
import { parameterRules } from "./schema.ts";

type InvokeRequest = RequestOf<"invoke_llm">;
type ChatBody = OpenAI.Chat.ChatCompletionCreateParams;
type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam;
type CompletionBody = OpenAI.CompletionCreateParams;

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

export function completionRequest(request: InvokeRequest, model: string, settings: Settings): CompletionBody {
  const parameters = readParameters(parameterRules(settings), request.model_parameters);
  return {
    model,
    prompt: request.prompt_messages.map(({ content }) => plainText(content)).join("\n"),
    ...sampling(parameters, model, settings),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...streaming(request, settings),
  };
}

/** All text of a message; files have none. */
export function plainText(content: PromptMessage["content"]): string {
  if (typeof content === "string") return content;
  return content
    .filter((part) => part.type === "text")
    .map((part) => part.data)
    .join("\n");
}

function streaming({ stream }: InvokeRequest, settings: Settings) {
  if (!stream || !settings.streaming) return { stream: false as const };
  return {
    stream: true as const,
    ...(settings.stream_include_usage && { stream_options: { include_usage: true } }),
  };
}

function sampling({ max_tokens, ...others }: ParameterValues, model: string, settings: Settings) {
  const name = settings.token_param_name ?? tokenParameter(model);
  return { ...others, ...(max_tokens !== undefined && { [name]: max_tokens }) };
}

/** OpenAI's reasoning models refuse `max_tokens`; many others, such as Ollama, ignore the new name. */
function tokenParameter(model: string): "max_tokens" | "max_completion_tokens" {
  return /(?:^|\/)(?:o\d|gpt-5)/i.test(model) ? "max_completion_tokens" : "max_tokens";
}

/** Dify sends the schema as JSON text, `{"schema":…,"name":…}` or, for some models, the bare schema. */
function responseFormat(
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
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DifyError("InvokeBadRequestError", 'Model parameter "json_schema" must be a JSON object.');
  }
  const wrapped = value as { name?: unknown; schema?: unknown };
  return typeof wrapped.schema === "object" && wrapped.schema !== null
    ? { name: "response", ...(wrapped as { schema: Record<string, unknown> }) }
    : { name: "response", schema: value as Record<string, unknown> };
}

function chatTool({ name, description, parameters }: Tool): OpenAI.Chat.ChatCompletionTool {
  return { type: "function", function: { name, description, parameters } };
}

function chatToolChoice({ mode, name }: ToolChoice): OpenAI.Chat.ChatCompletionToolChoiceOption {
  if (mode === "tool") return name ? { type: "function", function: { name } } : "required";
  return mode;
}

function chatMessage(message: PromptMessage): ChatMessage {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: plainText(message.content) };
    case "user":
      return { role: "user", content: userContent(message.content) };
    case "assistant":
      return assistantMessage(message);
    case "tool":
      return { role: "tool", tool_call_id: message.tool_call_id, content: plainText(message.content) };
  }
}

function assistantMessage({ content, tool_calls }: PromptMessage): ChatMessage {
  const text = withoutThoughts(plainText(content));
  if (tool_calls.length === 0) return { role: "assistant", content: text };
  return {
    role: "assistant",
    content: text || null,
    tool_calls: tool_calls.map(({ id, function: call }) => ({ id, type: "function", function: call })),
  };
}

/** Earlier thoughts are not for the model; they stand at the start of the answer, as we put them there. */
function withoutThoughts(text: string): string {
  return text.replace(/^\s*<think>[\s\S]*?<\/think>\s*/, "");
}

/** Plain text stays a string: some servers take no arrays. */
function userContent(content: PromptMessage["content"]): string | OpenAI.Chat.ChatCompletionContentPart[] {
  if (typeof content === "string" || content.every((part) => part.type === "text")) return plainText(content);
  return content.map(chatPart);
}

function chatPart(part: ContentPart): OpenAI.Chat.ChatCompletionContentPart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.data };
    case "image":
      return {
        type: "image_url",
        image_url: {
          url: source(part),
          ...(part.detail === "low" || part.detail === "high" ? { detail: part.detail } : {}),
        },
      };
    case "audio":
      return {
        type: "input_audio",
        input_audio: { data: part.base64_data || part.url, format: part.format === "wav" ? "wav" : "mp3" },
      };
    case "document":
      return {
        type: "file",
        file: { filename: part.filename || `file.${part.format}`, file_data: source(part) },
      };
    case "video":
      // Not in OpenAI's API; vLLM, SGLang and others read it under this name.
      return { type: "video_url", video_url: { url: source(part) } } as never;
  }
}

function source({ url, mime_type, base64_data }: ContentPart): string {
  return url || `data:${mime_type || "application/octet-stream"};base64,${base64_data}`;
}

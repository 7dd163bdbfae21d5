/** From Dify's prompt messages to the input items of a Responses request. */
import type OpenAI from "openai";
import { DifyError } from "../../../src/dify/errors.ts";
import type { ContentPart, PromptMessage } from "../../../src/dify/messages.ts";
import { dataUrl } from "../../../provider/base64-text.ts";
import { readEcho } from "../echo.ts";
import { plainText, splitThoughts } from "../prompt-text.ts";
import { record } from "../wire-values.ts";

type InputItem = OpenAI.Responses.ResponseInputItem;
type InputContent = OpenAI.Responses.ResponseInputContent;

/**
 * A message may become several items: what was said, and each tool called.
 *
 * @param replay sends encrypted reasoning back with the calls it led to
 */
export function inputItems(messages: readonly PromptMessage[], replay: boolean): InputItem[] {
  return messages.flatMap((message, position) => itemsOf(message, `msg_${position + 1}`, replay));
}

function itemsOf(message: PromptMessage, id: string, replay: boolean): InputItem[] {
  switch (message.role) {
    case "system":
    case "developer":
      return [{ role: "system", content: plainText(message.content) }];
    case "user":
      return [{ role: "user", content: userContent(message.content) }];
    case "assistant":
      return assistantItems(message, id, replay);
    case "tool":
      return [
        {
          type: "function_call_output",
          call_id: message.tool_call_id,
          output: plainText(message.content),
        },
      ];
  }
}

/** What was said, and each tool called, with the reasoning that led to it. */
function assistantItems(message: PromptMessage, id: string, replay: boolean): InputItem[] {
  const { tool_calls, opaque_body } = message;
  const reasoning = replay && tool_calls.length > 0 ? (readEcho(opaque_body).reasoning_items ?? []) : [];
  const reasoned = (place: number | "first"): InputItem[] =>
    reasoning
      .map(record)
      .filter((entry) => placeOf(entry) === place)
      .map(({ item }) => item as InputItem);
  return [
    ...reasoned("first"),
    ...said(message, id),
    ...tool_calls.flatMap(({ id: call_id, function: { name, arguments: args } }, position) => [
      ...reasoned(position),
      // Without an id of its own: OpenAI would demand the reasoning that stood before the call of that id.
      { type: "function_call" as const, call_id, name, arguments: args },
    ]),
  ];
}

/** The position of the call that reasoning stands before, or before all that was said. */
function placeOf({ before, after_text }: Record<string, unknown>): unknown {
  return before === 0 && after_text !== true ? "first" : before;
}

/**
 * Every member counts: vLLM takes an earlier answer only with id and status, llama.cpp only with `type`
 * and parts. OpenAI wants an id that begins with `msg`, and looks nothing up by it.
 */
function said({ content }: PromptMessage, id: string): InputItem[] {
  const { answer: text } = splitThoughts(content);
  if (text === "") return [];
  return [
    {
      type: "message",
      id,
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text, annotations: [] }],
    },
  ];
}

function userContent(content: PromptMessage["content"]): string | InputContent[] {
  if (typeof content === "string" || content.every((part) => part.type === "text")) return plainText(content);
  return content.map(inputPart);
}

function inputPart(part: ContentPart): InputContent {
  const { type, url, mime_type, base64_data, filename, format, detail } = part;
  switch (type) {
    case "text":
      return { type: "input_text", text: part.data };
    case "image":
      // vLLM demands a detail.
      return {
        type: "input_image",
        image_url: url || dataUrl(mime_type, base64_data),
        detail: detail === "low" || detail === "high" ? detail : "auto",
      };
    case "document":
      // OpenAI takes a name beside data only.
      return url
        ? { type: "input_file", file_url: url }
        : {
            type: "input_file",
            filename: filename || `file.${format}`,
            file_data: dataUrl(mime_type, base64_data),
          };
    case "audio":
    case "video":
      throw new DifyError(
        "InvokeBadRequestError",
        `The app sends ${type} input, which the Responses API does not take: set the model's Mode to Chat, or send no ${type}.`,
      );
  }
}

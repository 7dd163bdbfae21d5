/** What a user says and shows, as a chat request carries it. */
import type OpenAI from "openai";
import type { ContentPart, PromptMessage } from "../../../src/dify/messages.ts";
import { base64Text, dataUrl } from "../../../provider/base64-text.ts";
import { plainText } from "../prompt-text.ts";

export interface MediaOptions {
  /** Sends videos as `image_url` in place of `video_url`. */
  videoAsImage: boolean;
}

/** Plain text stays a string: some servers take no arrays. */
export function userContent(
  content: PromptMessage["content"],
  media: MediaOptions,
): string | OpenAI.Chat.ChatCompletionContentPart[] {
  if (typeof content === "string" || content.every((part) => part.type === "text")) return plainText(content);
  return content.map((part) => chatPart(part, media));
}

function chatPart(part: ContentPart, { videoAsImage }: MediaOptions): OpenAI.Chat.ChatCompletionContentPart {
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
        // Bare base64, in contrast to images; vLLM takes an address in its place.
        input_audio: { data: base64Text(part.base64_data) || part.url, format: audioFormat(part) },
      };
    case "document":
      return {
        type: "file",
        file: { filename: part.filename || `file.${part.format}`, file_data: source(part) },
      };
    case "video":
      // LiteLLM hands a video to Gemini when it comes as an image. The other name is vLLM's and Qwen's, not
      // OpenAI's.
      return videoAsImage
        ? { type: "image_url", image_url: { url: source(part) } }
        : ({ type: "video_url", video_url: { url: source(part) } } as never);
  }
}

function source({ url, mime_type, base64_data }: ContentPart): string {
  return url || dataUrl(mime_type, base64_data);
}

/** OpenAI names two formats; servers that know more take their names. */
function audioFormat({ format, mime_type }: ContentPart): "mp3" | "wav" {
  const name = (format || mime_type.replace(/^audio\/(?:x-)?/, "")).toLowerCase();
  return (name === "mpeg" || name === "" ? "mp3" : name) as "mp3" | "wav";
}

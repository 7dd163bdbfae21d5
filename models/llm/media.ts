/** Files in a prompt, and whether the form lets the model have them. */
import { DifyError } from "../../src/dify/errors.ts";
import type { ContentPart, PromptMessage } from "../../src/dify/messages.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import type { Settings } from "../../provider/settings.ts";

type Medium = Exclude<ContentPart["type"], "text">;

const FIELDS = {
  image: "vision_support",
  audio: "audio_support",
  video: "video_support",
  document: "document_support",
} as const satisfies Record<Medium, keyof Settings>;

/** Tokens of an image, as OpenAI counts one of 1,024 × 1,024. */
const IMAGE_TOKENS = 765;
const LOW_DETAIL_TOKENS = 85;

/** @throws DifyError InvokeBadRequestError: dropping a file silently would answer another question */
export function refuseMedia(messages: readonly PromptMessage[], settings: Settings): void {
  for (const { type, url, base64_data, filename } of parts(messages)) {
    if (type === "text") continue;
    const what = type === "image" ? "an image" : `${type} input`;
    if (settings[FIELDS[type]] === false) {
      throw new DifyError(
        "InvokeBadRequestError",
        `The app sends ${what}, but ${fieldLabel(FIELDS[type])} is off in the model's form.`,
      );
    }
    if (url === "" && base64_data === "") {
      const name = filename === "" ? "" : ` ("${filename}")`;
      throw new DifyError(
        "InvokeBadRequestError",
        `The app sends ${what}${name} without its data or address: upload the file again.`,
      );
    }
  }
}

/** Where the part of a media type is not the file's extension. */
const SUBTYPES: Readonly<Record<string, string>> = {
  jpg: "jpeg",
  svg: "svg+xml",
  mp3: "mpeg",
  mov: "quicktime",
};

/** The part with its media type, which Dify may leave out: Ollama refuses an image that is mere bytes. */
export function withMediaType(part: ContentPart): ContentPart {
  const { type, mime_type } = part;
  const format = part.format.toLowerCase().replace(/^\./, "");
  if (type === "text" || mime_type !== "" || format === "") return part;
  if (type === "document") return format === "pdf" ? { ...part, mime_type: "application/pdf" } : part;
  return { ...part, mime_type: `${type}/${SUBTYPES[format] ?? format}` };
}

export function imageTokens(messages: readonly PromptMessage[]): number {
  return parts(messages)
    .filter(({ type }) => type === "image")
    .reduce((sum, { detail }) => sum + (detail === "low" ? LOW_DETAIL_TOKENS : IMAGE_TOKENS), 0);
}

function parts(messages: readonly PromptMessage[]): ContentPart[] {
  return messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
}

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
  for (const { type } of parts(messages)) {
    if (type === "text" || settings[FIELDS[type]] !== false) continue;
    throw new DifyError(
      "InvokeBadRequestError",
      `The app sends ${type === "image" ? "an image" : `${type} input`}, but ${fieldLabel(FIELDS[type])} is off in the model's form.`,
    );
  }
}

export function imageTokens(messages: readonly PromptMessage[]): number {
  return parts(messages)
    .filter(({ type }) => type === "image")
    .reduce((sum, { detail }) => sum + (detail === "low" ? LOW_DETAIL_TOKENS : IMAGE_TOKENS), 0);
}

function parts(messages: readonly PromptMessage[]): ContentPart[] {
  return messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
}

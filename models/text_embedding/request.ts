/** From Dify's texts to the bodies of embedding requests. */
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Settings } from "../../provider/settings.ts";

export type InputType = RequestOf<"invoke_text_embedding">["input_type"];

/** With the form's prefix. A blank text becomes one that servers take. */
export function inputOf(text: string, type: InputType, settings: Settings): string {
  const prefix = type === "query" ? settings.query_prefix : settings.document_prefix;
  // OpenAI and others refuse an empty text; a blank one is embedded.
  return prefix + text || " ";
}

/** @param lone sends the only text as it is, not in a list */
export function textBody(
  texts: readonly string[],
  lone: boolean,
  model: string,
  settings: Settings,
): Record<string, unknown> {
  return { model, input: lone ? texts[0] : texts, ...formFields(settings) };
}

/** What the form asks of the vectors; nothing that is not set. */
export function formFields({ dimensions, encoding_format }: Settings): Record<string, unknown> {
  return {
    ...(dimensions !== undefined && { dimensions }),
    ...(encoding_format !== undefined && { encoding_format }),
  };
}

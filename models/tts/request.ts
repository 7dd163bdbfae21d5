/** From Dify's text and voice to the body of a speech request. */
import type { RequestOf } from "../../src/dify/requests.ts";
import type { Settings } from "../../provider/settings.ts";

export interface SpeechBody {
  model: string;
  input: string;
  voice: string;
  response_format: string;
}

export type Speech = Pick<RequestOf<"invoke_tts">, "content_text" | "voice">;

export function speechRequest(
  { content_text, voice }: Speech,
  model: string,
  settings: Settings,
): SpeechBody {
  return { model, input: content_text, voice, response_format: settings.audio_type };
}

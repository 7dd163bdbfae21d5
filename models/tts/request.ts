/** From a text and a voice to the body of a speech request. */
import type { Settings } from "../../provider/settings.ts";

export interface SpeechBody {
  model: string;
  input: string;
  voice: string;
  response_format: string;
  speed?: number;
  instructions?: string;
}

export function speechRequest(
  text: string,
  voice: string,
  model: string,
  { audio_type, speed, instructions }: Settings,
): SpeechBody {
  return {
    model,
    input: text,
    voice,
    response_format: audio_type,
    ...(speed !== undefined && { speed }),
    ...(instructions !== "" && { instructions }),
  };
}

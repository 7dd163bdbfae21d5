/** From the bytes of a recording to the fields of a transcription request. */
import { fileTypeFromBuffer } from "file-type";
import type { Settings } from "../../provider/settings.ts";

/** Dify says neither name nor type of the file, and servers choose a decoder by both. */
export async function transcriptionRequest(
  audio: Uint8Array<ArrayBuffer>,
  model: string,
  settings: Settings,
): Promise<Record<string, string | File>> {
  const { ext, mime } = (await fileTypeFromBuffer(audio)) ?? { ext: "mp3", mime: "audio/mpeg" };
  return {
    model,
    response_format: "json",
    ...(settings.language !== "" && { language: settings.language }),
    ...(settings.initial_prompt !== "" && { prompt: settings.initial_prompt }),
    // Last, because some servers read the fields up to the file only (Cohere).
    file: new File([audio], `audio.${ext}`, { type: mime }),
  };
}

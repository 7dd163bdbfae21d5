/** From the bytes of a recording to the form of a transcription request. */
import { fileTypeFromBuffer } from "file-type";
import type { Settings } from "../../provider/settings.ts";

/** Dify says neither name nor type of the file, and servers choose a decoder by both. */
export async function transcriptionRequest(
  audio: Uint8Array<ArrayBuffer>,
  model: string,
  settings: Settings,
): Promise<FormData> {
  const { ext, mime } = (await fileTypeFromBuffer(audio)) ?? { ext: "mp3", mime: "audio/mpeg" };
  const form = new FormData();
  form.append("model", model);
  form.append("response_format", "json");
  if (settings.language !== "") form.append("language", settings.language);
  if (settings.initial_prompt !== "") form.append("prompt", settings.initial_prompt);
  // Last, because some servers read the fields up to the file only (Cohere).
  form.append("file", new File([audio], `audio.${ext}`, { type: mime }));
  return form;
}

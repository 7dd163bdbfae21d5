/** From the bytes of a recording to a transcription request. */
import { DifyError } from "../../src/dify/errors.ts";
import type { Way } from "../../src/endpoint/call.ts";
import type { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import type { Settings } from "../../provider/settings.ts";

/** What a recording is, by its bytes: Dify says neither name nor type, and servers choose a decoder by both. */
export interface Recording {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** As file names end, such as `mp3`. */
  readonly extension: string;
  readonly mediaType: string;
}

/** Containers that are known under several names, or for pictures: what speech servers call them. */
const AUDIO_NAMES: Readonly<Record<string, readonly [extension: string, mediaType: string]>> = {
  opus: ["ogg", "audio/ogg"],
  ogg: ["ogg", "audio/ogg"],
  oga: ["ogg", "audio/ogg"],
  ogv: ["ogg", "audio/ogg"],
  webm: ["webm", "audio/webm"],
  mkv: ["webm", "audio/webm"],
  m4a: ["m4a", "audio/mp4"],
  mp4: ["mp4", "audio/mp4"],
  wav: ["wav", "audio/wav"],
  flac: ["flac", "audio/flac"],
};

/** A request's body, and how it is encoded. */
type Encoded = Pick<Way<string>, "body" | "form">;

export async function readRecording(bytes: Uint8Array<ArrayBuffer>): Promise<Recording> {
  // Only recordings need it.
  const { fileTypeFromBuffer } = await import("file-type");
  // MP3 is what a frame without any header is most likely to be.
  const { ext, mime } = (await fileTypeFromBuffer(bytes)) ?? { ext: "mp3", mime: "audio/mpeg" };
  const [extension, mediaType] = AUDIO_NAMES[ext] ?? [ext, mime];
  return { bytes, extension, mediaType };
}

const MEGABYTE = 1024 * 1024;

/** @throws DifyError InvokeBadRequestError: an upload that will be refused takes minutes for nothing */
export function refuseTooLarge({ bytes }: Recording, { file_upload_limit }: Settings): void {
  if (bytes.length <= file_upload_limit * MEGABYTE) return;
  const size = Math.ceil((10 * bytes.length) / MEGABYTE) / 10;
  throw new DifyError(
    "InvokeBadRequestError",
    `The recording has ${size} MB, more than the ${file_upload_limit} MB of ${fieldLabel("file_upload_limit")}: send a shorter one, or raise that field if the server takes more.`,
  );
}

/** OpenAI's way: a form. */
export function asForm(
  { bytes, extension, mediaType }: Recording,
  model: string,
  settings: Settings,
): Encoded {
  const body = {
    model,
    response_format: "json",
    ...hints(settings),
    // Last, because some servers read the fields up to the file only (Cohere).
    file: new File([bytes], `audio.${extension}`, { type: mediaType }),
  };
  return { body, form: true };
}

/** OpenRouter's way. */
export function asJson({ bytes, extension }: Recording, model: string, settings: Settings): Encoded {
  const base64 = (): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return {
    body: () => ({ model, ...hints(settings), input_audio: { data: base64(), format: extension } }),
  };
}

/** About a request's encoding, or a field that only its other encoding has (OpenRouter's `input_audio`). */
const ENCODING = /json|input_audio|content.?type|media.?type|multipart|form.?data/i;

/** Whether the server cannot read this encoding: a form where it wants JSON, or the reverse. */
export function isEncodingRefused({ facts }: EndpointError): boolean {
  const words = `${facts.words ?? ""} ${facts.param ?? ""}`;
  // Speaches says with the same status that it cannot decode the file.
  if (facts.status === 415) return !/decod|file (?:type|format)/i.test(words);
  return (facts.status === 400 || facts.status === 422) && ENCODING.test(words);
}

function hints({ language, initial_prompt }: Settings): { language?: string; prompt?: string } {
  return {
    ...(language !== "" && { language }),
    ...(initial_prompt !== "" && { prompt: initial_prompt }),
  };
}

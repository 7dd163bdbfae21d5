/** `POST /v1/audio/transcriptions`: reads back the text that the demo's own speech put into the file. */
import * as z from "zod";
import { ApiError } from "./api-error.ts";
import { readWav } from "./wav.ts";

const formats = ["json", "text", "verbose_json", "srt", "vtt"] as const;

export const transcriptionRequest = z.object({
  model: z.string(),
  file: z.instanceof(File, { error: "Expected an audio file." }),
  language: z.string().optional(),
  prompt: z.string().optional(),
  response_format: z.enum(formats).optional(),
});

interface Transcript {
  readonly text: string;
  readonly seconds: number;
  readonly language: string | undefined;
}

/** An object is to be sent as JSON, a string as plain text. */
type Writer = (transcript: Transcript) => object | string;

const writers: Readonly<Record<(typeof formats)[number], Writer>> = {
  json: ({ text, seconds }) => ({ text, usage: usage(seconds) }),
  verbose_json: verboseJson,
  text: ({ text }) => `${text}\n`,
  srt: ({ text, seconds }) => `1\n${timeSpan(seconds, ",")}\n${oneLine(text)}\n\n`,
  vtt: ({ text, seconds }) => `WEBVTT\n\n${timeSpan(seconds, ".")}\n${escapeCue(oneLine(text))}\n\n`,
};

export async function transcriptionReply(
  request: z.output<typeof transcriptionRequest>,
): Promise<object | string> {
  const wav = readWav(new Uint8Array(await request.file.arrayBuffer()));
  if (!wav) throw new ApiError(400, "The demo hears WAV files only.", { param: "file" });
  const { comment, seconds } = wav;
  // An empty comment holds no more speech than a missing one.
  const text = comment || "(no speech found by the demo)";
  return writers[request.response_format ?? "json"]({ text, seconds, language: request.language });
}

function verboseJson({ text, seconds, language = "unknown" }: Transcript): object {
  const segment = {
    id: 0,
    seek: 0,
    start: 0,
    end: seconds,
    text,
    tokens: [],
    temperature: 0,
    avg_logprob: 0,
    compression_ratio: 1,
    no_speech_prob: 0,
  };
  return {
    task: "transcribe",
    language,
    duration: seconds,
    text,
    segments: [segment],
    usage: usage(seconds),
  };
}

function usage(seconds: number): object {
  return { type: "duration", seconds: Math.ceil(seconds) };
}

/** From the start to the end of the file, in the notation of SRT (",") or WebVTT ("."). */
function timeSpan(seconds: number, decimalMark: string): string {
  return [0, seconds]
    .map((time) => new Date(time * 1000).toISOString().slice(11, 23).replace(".", decimalMark))
    .join(" --> ");
}

/** A blank line would end the cue. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function escapeCue(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

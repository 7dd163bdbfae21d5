/** `POST /v1/audio/speech`: one short tone per character, in a WAV file that also holds the text. */
import * as z from "zod";
import { sampleRate, wavHeader } from "./wav.ts";

const voices = ["alloy", "echo", "nova"] as const;

/** Where each voice starts from, in hertz. */
const pitches: Readonly<Record<(typeof voices)[number], number>> = { alloy: 262, echo: 196, nova: 330 };

/** `GET /v1/audio/voices`, as Kokoro-FastAPI and Speaches list them. */
export function voiceList(): object {
  return { voices: voices.map((id) => ({ id, name: id })) };
}

const secondsPerCharacter = 0.04;
const charactersPerPiece = 32;

export const speechRequest = z.object({
  model: z.string(),
  input: z.string().min(1).max(4096),
  voice: z.enum(voices, {
    error: `The demo's voices are ${voices.join(", ")}.`,
  }),
  // MP3 is what OpenAI's API answers by default: who asks for it gets WAV all the same, and is told so
  // by the content type.
  response_format: z.enum(["wav", "mp3"], { error: "The demo answers with wav only." }).nullish(),
  speed: z.number().min(0.25).max(4).nullish(),
});

/** The file in pieces: its header first, then the tones of some characters at a time. */
export function* speechPieces(request: z.output<typeof speechRequest>): Generator<Uint8Array> {
  const characters = Array.from(request.input);
  const samplesPerTone = Math.round((sampleRate * secondsPerCharacter) / (request.speed ?? 1));
  yield wavHeader(characters.length * samplesPerTone, request.input);
  for (let at = 0; at < characters.length; at += charactersPerPiece) {
    const piece = characters.slice(at, at + charactersPerPiece);
    yield Buffer.concat(piece.map((character) => tone(character, pitches[request.voice], samplesPerTone)));
  }
}

function tone(character: string, base: number, sampleCount: number): Buffer {
  const samples = Buffer.alloc(sampleCount * 2);
  if (character.trim() === "") return samples;
  // Half steps over two octaves, so that different texts sound different.
  const hertz = base * 2 ** (((character.codePointAt(0) ?? 0) % 24) / 12);
  for (let index = 0; index < sampleCount; index += 1) {
    // Swells and fades: a tone cut off at full volume clicks.
    const volume = 0.3 * Math.sin((Math.PI * index) / sampleCount);
    const value = volume * Math.sin((2 * Math.PI * hertz * index) / sampleRate);
    samples.writeInt16LE(Math.round(value * 0x7fff), index * 2);
  }
  return samples;
}

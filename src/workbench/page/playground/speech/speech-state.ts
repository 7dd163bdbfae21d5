/** Speech as it comes in: played at once, drawn as it grows, and kept whole to be heard again. */
import { signal } from "@preact/signals";
import type { VoicesAnswer } from "../../../contract.ts";
import { ask } from "../../api.ts";
import { startCall, type Call } from "../../state/calls.ts";
import { model, secretsSaved, subject } from "../../state/workbench.ts";
import { playerFor, type Listener, type Player } from "./player.ts";
import { peaksOf } from "./wav.ts";
import { MOST_BARS } from "./waveform.tsx";

interface Speech {
  /** `playing` from the first sound on, while more may come; `whole` when everything is there. */
  readonly status: "none" | "coming" | "playing" | "whole";
  readonly bytes: number;
  readonly pieces: number;
  readonly mime: string;
  readonly peaks: readonly number[];
  /** Of the whole recording. */
  readonly url?: string;
}

interface Piece {
  /** Hex. */
  readonly result: string;
  readonly mime_type?: string;
}

const NO_SPEECH: Speech = { status: "none", bytes: 0, pieces: 0, mime: "", peaks: [] };

export const speech = signal<Speech>(NO_SPEECH);
export const speechCall = signal<Call | undefined>(undefined);
export const voices = signal<VoicesAnswer>({ voices: [] });
/** The last whole recording, for whoever wants to transcribe it. */
export const lastSpeech = signal<Blob | undefined>(undefined);

let player: Player | undefined;

export async function loadVoices(): Promise<void> {
  await secretsSaved();
  const { model: name, values } = subject.value;
  voices.value = await ask<VoicesAnswer>("voices", { body: { model: name, values } }).catch(
    (error: unknown): VoicesAnswer => ({
      voices: [],
      error: { type: "Workbench", message: String(error) },
    }),
  );
}

export function speak(text: string, voice: string): void {
  silence();
  const { values } = subject.value;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const samples: Float32Array[] = [];
  speech.value = { ...NO_SPEECH, status: "coming" };
  const listener: Listener = {
    onSound: () => {
      if (speech.value.status === "coming") speech.value = { ...speech.value, status: "playing" };
    },
    onSamples: (more) => samples.push(more),
  };
  const call = startCall({ type: "tts", model: model.value, values, text, voice }, (pieces) => {
    for (const { result, mime_type = "" } of pieces as Piece[]) {
      const bytes = bytesOfHex(result);
      if (parts.length === 0) player = playerFor(bytes, mime_type, listener);
      parts.push(bytes);
      player?.append(bytes);
      speech.value = heard(speech.value, bytes.length, mime_type);
    }
    speech.value = { ...speech.value, peaks: peaksOf(joined(samples), MOST_BARS) };
  });
  speechCall.value = call;
  void finish(call, parts);
}

async function finish(call: Call, parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  await call.over;
  // Another one may have begun.
  if (speechCall.value !== call) return;
  if (call.state.value.status === "cancelled") player?.stop();
  else await complete(parts);
}

export function silence(): void {
  player?.stop();
  player = undefined;
  if (speech.value.url !== undefined) URL.revokeObjectURL(speech.value.url);
}

function heard(before: Speech, bytes: number, mime: string): Speech {
  return {
    ...before,
    bytes: before.bytes + bytes,
    pieces: before.pieces + 1,
    mime: mime || before.mime,
  };
}

async function complete(parts: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  player?.finish();
  if (parts.length === 0) return;
  const blob = new Blob([...parts], { type: speech.value.mime });
  lastSpeech.value = blob;
  speech.value = { ...speech.value, status: "whole", url: URL.createObjectURL(blob) };
  if (speech.value.peaks.length === 0) {
    speech.value = { ...speech.value, peaks: await peaksOfBlob(blob) };
  }
}

/** Nothing for bytes the browser cannot read: then there is nothing to draw. */
async function peaksOfBlob(blob: Blob): Promise<number[]> {
  const context = new OfflineAudioContext(1, 1, 48_000);
  try {
    const audio = await context.decodeAudioData(await blob.arrayBuffer());
    return peaksOf(audio.getChannelData(0), MOST_BARS);
  } catch {
    return [];
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}

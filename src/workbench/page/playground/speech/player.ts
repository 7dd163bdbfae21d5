/**
 * Plays audio while it still comes: WAV piece by piece, mp3 through the browser's own buffer. Other formats
 * can only be played once they are whole.
 */
import { isWav, readWavHeader, samplesIn, type WavFormat } from "./wav.ts";

export interface Player {
  append(bytes: Uint8Array<ArrayBuffer>): void;
  /** No more comes. */
  finish(): void;
  stop(): void;
}

export interface Listener {
  /** Sound can be heard from now on. */
  readonly onSound: () => void;
  /** Where the browser lets one see them. */
  readonly onSamples: (samples: Float32Array) => void;
}

/** @param first the first bytes of the audio; @param mime as the plugin tells it */
export function playerFor(first: Uint8Array, mime: string, listener: Listener): Player | undefined {
  if (isWav(first)) return new WavPlayer(listener);
  const isMp3 = mime === "audio/mpeg" && "MediaSource" in window && MediaSource.isTypeSupported(mime);
  return isMp3 ? new BufferedPlayer(mime, listener) : undefined;
}

/** Schedules each piece right behind the one before it. */
class WavPlayer implements Player {
  readonly #context = new AudioContext();
  readonly #listener: Listener;
  #pending = new Uint8Array(0);
  #format: WavFormat | undefined;
  #next = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  append(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#pending.length + bytes.length);
    joined.set(this.#pending);
    joined.set(bytes, this.#pending.length);
    const format = this.#format ?? readWavHeader(joined);
    if (!format) {
      this.#pending = joined;
      return;
    }
    const body = this.#format ? joined : joined.subarray(format.start);
    this.#format = format;
    const samples = samplesIn(body, format.channels);
    this.#pending = body.slice(samples.length * format.channels * 2);
    if (samples.length === 0) return;
    this.#listener.onSamples(samples);
    this.#schedule(samples, format.sampleRate);
    this.#listener.onSound();
  }

  finish(): void {
    // What is scheduled plays on.
  }

  stop(): void {
    void this.#context.close();
  }

  #schedule(samples: Float32Array, sampleRate: number): void {
    const buffer = this.#context.createBuffer(1, samples.length, sampleRate);
    buffer.getChannelData(0).set(samples);
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#context.destination);
    this.#next = Math.max(this.#next, this.#context.currentTime);
    source.start(this.#next);
    this.#next += buffer.duration;
  }
}

class BufferedPlayer implements Player {
  readonly #source = new MediaSource();
  readonly #audio = new Audio();
  readonly #queue: Uint8Array<ArrayBuffer>[] = [];
  #buffer: SourceBuffer | undefined;
  #isWhole = false;

  constructor(mime: string, { onSound }: Listener) {
    this.#audio.addEventListener("playing", onSound, { once: true });
    this.#audio.src = URL.createObjectURL(this.#source);
    this.#source.addEventListener("sourceopen", () => {
      this.#buffer = this.#source.addSourceBuffer(mime);
      this.#buffer.addEventListener("updateend", () => this.#feed());
      this.#feed();
    });
    // A browser may want a click first; the whole recording can still be played below.
    this.#audio.play().catch(() => undefined);
  }

  append(bytes: Uint8Array<ArrayBuffer>): void {
    this.#queue.push(bytes);
    this.#feed();
  }

  finish(): void {
    this.#isWhole = true;
    this.#feed();
  }

  stop(): void {
    this.#audio.pause();
    URL.revokeObjectURL(this.#audio.src);
  }

  #feed(): void {
    if (!this.#buffer || this.#buffer.updating || this.#source.readyState !== "open") return;
    const next = this.#queue.shift();
    if (next) this.#buffer.appendBuffer(next);
    else if (this.#isWhole) this.#source.endOfStream();
  }
}

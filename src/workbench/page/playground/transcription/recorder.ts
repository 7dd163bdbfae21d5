/** Records from the microphone into a WAV, since Dify takes no webm. */
import { writeWav } from "../speech/wav.ts";

/** What speech models want; more is only more to send. */
const SAMPLE_RATE = 16_000;

export interface Recording {
  /** Ends it, and gives the file. */
  stop(): Promise<File>;
}

/** Milliseconds of sound the browser hands over at a time. */
const SLICE = 100;

/**
 * Throws what the browser throws when there is no microphone or it may not be used.
 *
 * @param onSound is told how many seconds were recorded
 */
export async function record(onSound: (seconds: number) => void): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  const started = performance.now();
  recorder.addEventListener("dataavailable", ({ data }) => {
    parts.push(data);
    if (data.size > 0) onSound((performance.now() - started) / 1_000);
  });
  recorder.start(SLICE);
  return {
    async stop() {
      const ended = new Promise((resolve) => {
        recorder.addEventListener("stop", resolve, { once: true });
      });
      recorder.stop();
      await ended;
      for (const track of stream.getTracks()) track.stop();
      return await toWav(new Blob(parts));
    },
  };
}

async function toWav(blob: Blob): Promise<File> {
  // Decoding brings it to this rate.
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
  const audio = await context.decodeAudioData(await blob.arrayBuffer());
  return new File([writeWav(audio.getChannelData(0), SAMPLE_RATE)], "recording.wav", { type: "audio/wav" });
}

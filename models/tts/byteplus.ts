/**
 * The speech API of BytePlus and Volcengine: one JSON object a line, with audio in base64.
 *
 * The body is the one that Dify's official plugin sends.
 */
import * as z from "zod";
import type { Answer } from "../../src/endpoint/answer.ts";
import type { Settings } from "../../provider/settings.ts";
import type { SpeechWriter } from "./response.ts";

const FINISHED = 20_000_000;

export function bytePlusRequest(
  text: string,
  voice: string,
  { audio_type, speed, tts_sample_rate }: Settings,
): object {
  const additions = {
    disable_markdown_filter: true,
    enable_language_detector: true,
    cache_config: { text_type: 1, use_cache: true },
  };
  return {
    req_params: {
      text,
      speaker: voice,
      additions: JSON.stringify(additions),
      audio_params: {
        format: audio_type === "opus" ? "ogg_opus" : audio_type,
        sample_rate: tts_sample_rate,
        ...(speed !== undefined && { speech_rate: speechRate(speed) }),
      },
    },
  };
}

/** Half the speed is -50 there, the double 100. */
function speechRate(speed: number): number {
  return Math.max(-50, Math.min(100, Math.round((speed - 1) * 100)));
}

const line = z.object({ code: z.number().optional(), data: z.string().nullish() });

/** @throws EndpointError when a line tells of a failure, or none holds audio */
export async function readBytePlus(answer: Answer, writer: SpeechWriter): Promise<void> {
  let finished = false;
  await answer.values({
    write(value) {
      const { success, data: read } = line.safeParse(value);
      if (!success) throw answer.fail("not-an-api");
      finished = read.code === FINISHED;
      if (!finished && read.code) throw answer.fail("server-error");
      return read.data ? writer.write(Buffer.from(read.data, "base64")) : true;
    },
    drained: () => writer.drained(),
    finished: () => finished,
  });
  if (!finished) throw answer.fail("truncated");
}

/** Speaks a text of any length as one recording. */
import { DifyError } from "../../src/dify/errors.ts";
import type { Sink } from "../../src/dify/models.ts";
import type { SpeechChunk } from "../../src/dify/replies.ts";
import type { RequestOf } from "../../src/dify/requests.ts";
import { EndpointError } from "../../src/endpoint/endpoint-error.ts";
import { Learned } from "../../src/endpoint/learned.ts";
import type { Connection } from "../../provider/connection.ts";
import { fieldLabel } from "../../provider/field-labels.ts";
import { AudioJoiner, CannotJoin, UNJOINABLE } from "./audio/joiner.ts";
import { asIs, type AudioPart } from "./audio/part.ts";
import { bytePlusRequest, readBytePlus } from "./byteplus.ts";
import { speechRequest } from "./request.ts";
import { mediaType, SpeechWriter } from "./response.ts";
import { splitText } from "./split-text.ts";
import { chooseVoice } from "./voices.ts";

export type Speech = Pick<RequestOf<"invoke_tts">, "content_text" | "voice">;

/** The most characters a server was found to take, by address and model. */
const limits = new Learned<number>();

/** Shorter pieces than this are no remedy. */
const MIN_LIMIT = 20;

/** Hands on the audio as it comes, part by part. @throws EndpointError, DifyError */
export async function speak(speech: Speech, connection: Connection, sink: Sink<SpeechChunk>): Promise<void> {
  const { settings, model } = connection;
  const text = speakable(speech.content_text);
  const subject = `${settings.endpoint_url}\n${model}`;
  const waiting = splitText(text, Math.min(settings.word_limit, limits.about(subject) ?? Infinity));
  if (waiting.length > 1 && UNJOINABLE.has(settings.audio_type)) throw unjoinable(settings.audio_type);
  const voice = await chooseVoice(speech.voice, connection);
  const joiner = new AudioJoiner();
  let begun = false;
  while (waiting.length > 0) {
    const [next = "", ...others] = waiting;
    // What is a whole by itself is handed on as it is.
    const begin = (): AudioPart => (begun || others.length > 0 ? joiner.begin() : asIs);
    try {
      // One after the other: the first is heard before the last is asked for.
      // oxlint-disable-next-line no-await-in-loop
      await speakPart(next, voice, connection, sink, begin);
      begun = true;
      waiting.shift();
    } catch (error) {
      const limit = smallerLimit(error, next);
      if (limit === undefined) throw error instanceof CannotJoin ? unjoinable(error.format) : error;
      limits.remember(subject, limit);
      connection.log(`texts for model "${model}" are cut to ${limit} characters`);
      waiting.splice(0, 1, ...splitText(next, limit));
    }
  }
}

async function speakPart(
  text: string,
  voice: string,
  connection: Connection,
  sink: Sink<SpeechChunk>,
  begin: () => AudioPart,
): Promise<void> {
  const { settings, model } = connection;
  const bytePlus = settings.tts_api_format === "byteplus";
  let writer: SpeechWriter | undefined;
  await connection.call({
    operation: bytePlus ? "tts/unidirectional" : "audio/speech",
    body: bytePlus ? bytePlusRequest(text, voice, settings) : speechRequest(text, voice, model, settings),
    async read(answer) {
      const typeOf = (head: Buffer): string => mediaType(head, answer.contentType, settings.audio_type);
      writer = new SpeechWriter({ sink, part: begin(), typeOf });
      await (bytePlus ? readBytePlus(answer, writer) : answer.bytes(writer));
      writer.end();
      if (!writer.begun) throw answer.fail("not-an-api");
    },
    passedOn: () => writer?.begun ?? false,
  });
}

/** @throws DifyError for a text of blanks and invisible characters alone; emoji are left to the server */
function speakable(text: string): string {
  const visible = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Z}]/gu, "");
  if (visible !== "") return text;
  throw new DifyError(
    "InvokeBadRequestError",
    "There is nothing to say: the text holds no visible character.",
  );
}

/** How long a text may be when the server found this one too long; undefined for any other failure. */
function smallerLimit(error: unknown, text: string): number | undefined {
  if (!(error instanceof EndpointError)) return undefined;
  const { limit, param, status } = error.facts;
  const aboutText = error.kind === "too-long" || (param === "input" && limit !== undefined);
  if (!aboutText || status === undefined || status < 400) return undefined;
  // A limit in tokens may be above the characters; half is nearer then.
  const smaller = limit !== undefined && limit < text.length ? limit : Math.floor(text.length / 2);
  return smaller >= MIN_LIMIT ? smaller : undefined;
}

function unjoinable(format: string): DifyError {
  return new DifyError(
    "InvokeBadRequestError",
    `The text takes several requests, but ${format} audio cannot be joined: choose mp3 as ${fieldLabel("audio_type")}, or raise ${fieldLabel("word_limit")}.`,
  );
}

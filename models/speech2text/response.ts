/** The text of a transcription, in whatever form the server wrote it. */
import type { Answer } from "../../src/endpoint/answer.ts";
import { cueText } from "./subtitles.ts";

/**
 * Servers answer with JSON, plain text or subtitles, whatever was asked for and whatever the content type
 * says. An empty text is the transcription of silence.
 *
 * @throws EndpointError when the answer is none of these
 */
export async function readTranscription(answer: Answer): Promise<string> {
  const { text, value } = await answer.document();
  if (typeof value === "object") {
    const transcription = textOf(value);
    if (transcription === undefined) throw answer.fail("not-an-api");
    return transcription;
  }
  // A whole text in quotes is JSON only where the server says so.
  if (typeof value === "string" && answer.contentType.includes("json")) return value.trim();
  if (!isPlainText(text, answer.contentType)) throw answer.fail("not-an-api");
  return cueText(text) ?? text.trim();
}

/** `{"text":…}`, or the segments of a verbose answer without it. */
function textOf(value: object | null): string | undefined {
  const { text, segments } = (value ?? {}) as { text?: unknown; segments?: unknown };
  if (typeof text === "string") return text.trim();
  if (!Array.isArray(segments)) return undefined;
  const texts = segments.map((segment: { text?: unknown } | null) => segment?.text);
  return texts.every((one) => typeof one === "string") ? texts.map((one) => one.trim()).join(" ") : undefined;
}

/** No half of a JSON document, no markup, no stream of events, no binary data. */
function isPlainText(text: string, contentType: string): boolean {
  if (text.trim() === "") return contentType.startsWith("text/plain");
  if (/^\s*(?:[{<]|\[\s*[{"[]|(?:data|event):|error:)/i.test(text)) return false;
  return !/[^\P{Cc}\t\n\f\r]|\ufffd/u.test(text);
}

/** The words of SRT and WebVTT subtitles. */

const TIMES = /^(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s+-->\s+(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}/;
const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&nbsp;": " ",
  "&lrm;": "",
  "&rlm;": "",
};

/** The text of all cues, a blank between them; undefined for what is no subtitles. */
export function cueText(subtitles: string): string | undefined {
  const lines = subtitles.split(/\r\n|\r|\n/).map((line) => line.trim());
  const vtt = /^WEBVTT(?:\s|$)/.test(lines.find((line) => line !== "") ?? "");
  if (!vtt && !isSrt(lines)) return undefined;
  const cues: string[] = [];
  let inCue = false;
  for (const line of lines) {
    if (TIMES.test(line)) inCue = true;
    else if (line === "") inCue = false;
    else if (inCue) cues.push(vtt ? withoutMarkup(line) : line);
  }
  return cues.filter((line) => line !== "").join(" ");
}

/** A number, times, words. */
function isSrt(lines: readonly string[]): boolean {
  const [number = "", times = ""] = lines.filter((line) => line !== "");
  return /^\d+$/.test(number) && TIMES.test(times);
}

/** WebVTT names speakers in tags, and escapes. */
function withoutMarkup(line: string): string {
  return line
    .replaceAll(/<[^<>]*>/g, "")
    .replaceAll(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity] ?? entity)
    .trim();
}

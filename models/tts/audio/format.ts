/** What audio is, by its first bytes: content types are not to be trusted. */
export type AudioFormat = "mp3" | "wav" | "aac" | "ogg" | "flac" | "mp4" | "webm" | "unknown";

/** As many bytes as `audioFormat` looks at. */
export const FORMAT_BYTES = 12;

export function audioFormat(head: Buffer): AudioFormat {
  const magic = head.toString("latin1", 0, 4);
  if (magic === "RIFF" && head.toString("latin1", 8, 12) === "WAVE") return "wav";
  if (magic === "OggS") return "ogg";
  if (magic === "fLaC") return "flac";
  if (head.toString("latin1", 4, 8) === "ftyp") return "mp4";
  if (magic === "\x1a\x45\xdf\xa3") return "webm";
  if (magic.startsWith("ID3")) return "mp3";
  const [first = 0, second = 0] = head;
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return "unknown";
  // The layer's bits tell AAC in ADTS frames, which have none, from MPEG audio.
  return (second & 0x06) === 0 ? "aac" : "mp3";
}

/** What went over the wire, as it was and in a form one likes to read. */
import type { Payload } from "../../contract.ts";

export type View = "pretty" | "raw";

/** @param leftOut what stands for the middle of a payload that was cut */
export function showPayload(payload: Payload, view: View, leftOut: string): string {
  const { text, hex, tail } = payload;
  const cut = tail === undefined ? "" : `\n${leftOut}\n${tail}`;
  if (text === undefined) return `${hexLines(hex ?? "")}${cut}`;
  return view === "raw" || tail !== undefined ? `${text}${cut}` : prettyText(text);
}

/** JSON indented, also in the events of a stream and in lines of their own. Anything else as it is. */
export function prettyText(text: string): string {
  return prettyJson(text) ?? text.split("\n").map(prettyLine).join("\n");
}

function prettyLine(line: string): string {
  const [, prefix = "", rest = ""] = /^(data: ?)(.*)$/.exec(line) ?? ["", "", line];
  const pretty = prettyJson(rest);
  return pretty === undefined ? line : `${prefix}${pretty}`;
}

function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return undefined;
  }
}

const BYTES_A_LINE = 16;

/** `0000  52 49 46 46 …  RIFF…` */
function hexLines(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const row = bytes.slice(at, at + BYTES_A_LINE);
    const shown = row.map((byte) => printable(Number.parseInt(byte, 16))).join("");
    lines.push(`${at.toString(16).padStart(4, "0")}  ${row.join(" ").padEnd(BYTES_A_LINE * 3)} ${shown}`);
  }
  return lines.join("\n");
}

function printable(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
}

/** An event of the wire in one short line. */
import type { Payload } from "../../contract.ts";
import { formatBytes } from "../format-number.ts";
import type { WireEvent } from "../state/call-log.ts";

const LONGEST = 160;

export function describeEvent(event: WireEvent): string {
  switch (event.event) {
    case "dify-in":
      return /"action":\s*"([^"]+)"/.exec(event.line.text ?? "")?.[1] ?? firstOf(event.line);
    case "http-request":
      return `${event.method} ${pathOf(event.url)}`;
    case "http-response": {
      const type = event.headers.find(([name]) => name === "content-type")?.[1] ?? "";
      return `${event.status} ${type}`.trim();
    }
    case "http-chunk":
      return wordsIn(event.body);
    case "http-end":
      return `∎ ${formatBytes(event.bytes)}`;
    case "http-error":
      return event.message;
    case "dify-out":
      return event.kind === "end" ? "end" : wordsIn(event.line);
    case "log":
      return event.text;
    case "end":
      return event.outcome;
    default:
      return event satisfies never;
  }
}

/** What is in it that can be searched for. */
export function textOf(event: WireEvent): string {
  const payload = payloadOf(event);
  return payload ? `${payload.text ?? ""}${payload.tail ?? ""}` : describeEvent(event);
}

export function payloadOf(event: WireEvent): Payload | undefined {
  if (event.event === "dify-in" || event.event === "dify-out") return event.line;
  return event.event === "http-request" || event.event === "http-chunk" ? event.body : undefined;
}

/** What tells most in a piece of an answer or in an error: its words. Else how it begins. */
function wordsIn(payload: Payload): string {
  const { text = "" } = payload;
  const found = WORDS.exec(text)?.[1];
  return found === undefined ? firstOf(payload) : found.slice(0, LONGEST);
}

const WORDS = /"(?:content|reasoning_content|arguments|message|result)":\s*("(?:[^"\\]|\\.)+")/;

function firstOf({ text, hex, bytes }: Payload): string {
  if (text === undefined) return `${formatBytes(bytes)}  ${(hex ?? "").slice(0, 32)}…`;
  return text.slice(0, LONGEST).replaceAll("\n", "↵");
}

function pathOf(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return `${pathname}${search}`;
  } catch {
    return url;
  }
}

/**
 * Listens to both sides of a plugin's pipes and writes down every rule the plugin breaks.
 *
 * Much of what is a complaint here passes in silence under a real daemon: it drops the line, and the plugin's
 * author never learns why a request hangs.
 */
import * as z from "zod";
import { SessionChecker } from "./check-session.ts";
import { countsWrittenAsFloats } from "./reply-amounts.ts";
import { brokenRules, complaint } from "./rule.ts";
import { secretForms } from "./secret-forms.ts";

/** The daemon's buffer holds 5,242,880 bytes, the line end included. */
const MAX_LINE_BYTES = 5_242_879;
/** Beats come every 10 s; the daemon itself waits for 120 s, a debug connection for 60 s. */
const MAX_SILENCE_MS = 12_000;

const envelope = z.strictObject({
  event: z.string(),
  session_id: z.string("section 3.1: the daemon drops a line whose session_id is no text").nullish(),
  data: z.unknown().refine((data) => data !== undefined, "section 3.1: an envelope needs data"),
});

const logRecord = z.strictObject({
  level: z.string(),
  message: z.string(),
  timestamp: z.number("section 3.5: the timestamp of a log record is a float of epoch seconds"),
});

const sent = z.object({
  event: z.literal("request"),
  session_id: z.string(),
  data: z.record(z.string(), z.unknown()).catch({}),
});

/** A session message that reaches its request. */
export interface Delivered {
  session: string;
  type: string;
  data: unknown;
}

export class LineChecker {
  readonly complaints: string[] = [];
  /** Text that no line may contain. Keys that are sent are added by themselves. */
  readonly secrets: string[] = [];
  readonly #now: () => number;
  readonly #sessions = new Map<string, SessionChecker>();
  #lastBeat: number | undefined;
  #first = true;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Takes a line the plugin is sent. Malformed ones start no session. */
  sent(line: string): void {
    const request = sent.safeParse(parseJson(line));
    if (!request.success) return;
    const { session_id: session, data } = request.data;
    this.#sessions.set(session, new SessionChecker(data));
    const { api_key: key } = Object(data["credentials"]) as Record<string, unknown>;
    if (typeof key === "string" && key !== "" && !this.secrets.includes(key)) this.secrets.push(key);
  }

  /** Takes a line of the plugin's stdout. Returns what its request gets of it. */
  wrote(line: string): Delivered | undefined {
    this.#checkText("stdout", line);
    const message = parseJson(line);
    const first = this.#first;
    this.#first = false;
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      const start = line.slice(0, 60);
      this.#complain("stdout", `trap 12: the daemon drops a line that is no JSON object: ${start}`);
      return undefined;
    }
    const rules = brokenRules(envelope, message, "3.1");
    for (const rule of rules) this.#complain("stdout", rule);
    if (rules.length > 0) return undefined;
    const { event, session_id: session, data } = message as z.output<typeof envelope>;
    if (first && event !== "heartbeat") {
      this.#complain("stdout", `section 1.5: the first line is a heartbeat, not ${event}`);
    }
    return this.#checkEvent(event, session ?? undefined, data, line);
  }

  /** Takes a line of the plugin's stderr. */
  logged(line: string): void {
    this.#checkText("stderr", line);
  }

  /** The plugin is gone by itself: whatever it owes is lost. */
  ended(): void {
    this.#checkSilence();
    for (const session of this.#sessions.values()) this.complaints.push(...session.ended());
  }

  #checkEvent(
    event: string,
    session: string | undefined,
    data: unknown,
    line: string,
  ): Delivered | undefined {
    switch (event) {
      case "heartbeat":
        this.#checkSilence();
        this.#lastBeat = this.#now();
        return undefined;
      case "session":
        return this.#checkSession(session, data, line);
      case "log":
        for (const rule of brokenRules(logRecord, data, "3.5")) this.#complain("log", rule);
        return undefined;
      case "error":
        this.#complain("stdout", "trap 13: nobody sees the event error, a session gets its error instead");
        return undefined;
      default:
        this.#complain("stdout", `section 3.1: the daemon ignores the unknown event ${event}`);
        return undefined;
    }
  }

  #checkSession(id: string | undefined, data: unknown, line: string): Delivered | undefined {
    const session = this.#sessions.get(id ?? "");
    if (id === undefined || !session) {
      this.#complain("session", `section 3.1: no request has the session_id ${id ?? "null"}`);
      return undefined;
    }
    for (const rule of session.wrote(data)) this.#note(rule);
    for (const rule of countsWrittenAsFloats(line)) this.#complain(session.action, rule);
    const { type, data: content } = Object(data) as Record<string, unknown>;
    return { session: id, type: String(type), data: content };
  }

  #checkText(stream: string, line: string): void {
    // A UTF-16 unit takes three bytes at most.
    const bytes = line.length * 3 > MAX_LINE_BYTES ? Buffer.byteLength(line) : 0;
    if (bytes > MAX_LINE_BYTES) {
      this.#complain(stream, `trap 11: the daemon kills the plugin over a line of ${bytes} bytes`);
    }
    if (this.secrets.some((secret) => secretForms(secret).some((form) => line.includes(form)))) {
      this.#complain(stream, "section 3.3: a line contains a secret, and the daemon logs lines");
    }
  }

  #checkSilence(): void {
    const silence = this.#now() - (this.#lastBeat ?? this.#now());
    if (silence > MAX_SILENCE_MS) {
      const seconds = (silence / 1000).toFixed(1);
      this.#complain("heartbeat", `trap 21: none came for ${seconds} s, one is due every 10 s`);
    }
  }

  #complain(about: string, rule: string): void {
    this.#note(complaint(about, rule));
  }

  /** Once: an answer of a thousand chunks has the same fault a thousand times. */
  #note(text: string): void {
    if (!this.complaints.includes(text)) this.complaints.push(text);
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

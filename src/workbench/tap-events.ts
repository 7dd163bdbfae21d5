/** Reads what the tap in the plugin's process tells; `wire-tap.cjs` is the writer. */
import * as z from "zod";

const headers = z.array(z.string());
const told = { at: z.number(), size: z.int().nonnegative() };
const ofExchange = { ...told, exchange: z.int() };

const tapEvent = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("request"),
    ...ofExchange,
    method: z.string(),
    url: z.string(),
    /** Name, value, name, value … */
    headers,
  }),
  z.object({ event: z.literal("response"), ...ofExchange, status: z.int(), headers }),
  z.object({ event: z.literal("chunk"), ...ofExchange }),
  z.object({ event: z.literal("complete"), ...ofExchange }),
  z.object({ event: z.literal("error"), ...ofExchange, message: z.string() }),
  /** So many Dify lines are written. */
  z.object({ event: z.literal("lines"), ...told, count: z.int() }),
]);

/** Times are microseconds of the common clock; `bytes` is the body of a request, or one read of an answer's. */
export type TapEvent = z.output<typeof tapEvent> & { readonly bytes: Buffer };

const NEWLINE = 0x0a;

/** Cuts the tap's bytes into events. */
export class TapReader {
  #pieces: Buffer[] = [];
  #length = 0;
  /** Bytes without which nothing can be read. */
  #needed = 1;

  push(piece: Buffer): TapEvent[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    // Joining all at every read would be quadratic for a body of many megabytes.
    if (this.#length < this.#needed) return [];
    let rest = Buffer.concat(this.#pieces);
    const events: TapEvent[] = [];
    for (;;) {
      const end = rest.indexOf(NEWLINE);
      if (end === -1) break;
      const event = tapEvent.parse(JSON.parse(rest.toString("utf8", 0, end)));
      const after = end + 1 + event.size;
      if (rest.length < after) {
        this.#needed = after;
        break;
      }
      events.push({ ...event, bytes: rest.subarray(end + 1, after) });
      rest = rest.subarray(after);
      this.#needed = 1;
    }
    this.#pieces = [rest];
    this.#length = rest.length;
    return events;
  }
}

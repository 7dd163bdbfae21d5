import type { Line } from "./lines.ts";

export interface TransportHandlers {
  onLine: (line: Line) => void;
  /** Comes once, when no more lines will arrive. */
  onClose: () => void;
}

/** How lines leave a plugin. The dispatcher does not know which kind of output it has. */
export interface LineOutput {
  /** Queues one line. False means that the other side reads slowly: wait for `drained()`. */
  send(line: string | Line): boolean;
  drained(): Promise<void>;
  /** Resolves when everything queued has left this process. */
  flushed(): Promise<void>;
}

/** How lines reach a plugin and leave it. */
export interface Transport extends LineOutput {
  /** Begins to read. */
  start(handlers: TransportHandlers): void;
}
